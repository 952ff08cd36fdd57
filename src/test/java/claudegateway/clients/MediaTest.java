package claudegateway.clients;

import static claudegateway.clients.Program.request;
import static claudegateway.clients.Program.user;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import claudegateway.HermeticHome;
import claudegateway.json.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Images and files reach the model as they are, also long after they were said. */
final class MediaTest {
  private static final String VERSIONS = "claudegateway.RealCli#versions";
  private static final String PNG = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwAD"
      + "hgGAWjR9awAAAABJRU5ErkJggg==";
  private static final String PDF = base64("%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
      + "2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n3 0 obj<</Type/Page/Parent 2 0 R>>endobj\n"
      + "trailer<</Root 1 0 R>>\n%%EOF\n");
  private static final String NOTES = "Zwölf\nBoxkämpfer";

  private static String base64(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }

  private static Json.Obj part(String type, Object what) {
    return Json.object("type", type, type, what);
  }

  private static Json.Obj file(String name, String data) {
    return part("file", Json.object("filename", name, "file_data", data));
  }

  private static Json.Obj said(Object... parts) {
    return Json.object("role", "user", "content", List.of(parts));
  }

  private static Json.Obj text(String text) {
    return Json.object("type", "text", "text", text);
  }

  /** All that can be sent; the image is declared to be what it is not. */
  private static Json.Obj all() {
    return said(text("#say seen"), part("image_url", Json.object("url", "data:image/jpeg;base64," + PNG)),
        file("a.pdf", "data:application/pdf;base64," + PDF),
        file("notes.txt", "data:text/plain;base64," + base64(NOTES)), text("What is that?\n#say seen"));
  }

  /** What the first user message of the last request holds beside text: type, media type, data. */
  private static void assertAllSeen(Program program) {
    List<String> blocks = new ArrayList<>();
    for (Json.Obj block : program.lastReceived().conversation().messages().getFirst().blocks()) {
      block.object("source").ifPresent(source -> blocks.add(block.string("type").orElseThrow() + " "
          + source.string("type").orElseThrow() + " " + source.string("media_type").orElseThrow() + " "
          + source.string("data").orElseThrow()));
    }
    assertEquals(List.of("image base64 image/png " + PNG, "document base64 application/pdf " + PDF,
        "document text text/plain " + NOTES), blocks);
  }

  @ParameterizedTest
  @MethodSource(VERSIONS)
  void inTheMessageAndAfterARestart(String version) throws IOException {
    try (Program program = new Program(version)) {
      Answer first = program.ask(request(List.of(all())));
      assertEquals("seen", first.content());
      assertAllSeen(program);
      program.restart();
      Answer resumed = program.ask(request(List.of(all(), first.message(), user("#say on"))));
      assertEquals("on", resumed.content());
      assertEquals(first.session(), resumed.session());
      assertAllSeen(program);
      assertEquals(version.equals("2.1.330"), keptImages(program) > 0, "the CLI's own copy");
      program.deleteSession(first.session());
      assertEquals(0, keptImages(program));
    }
  }

  private static long keptImages(Program program) throws IOException {
    return HermeticHome.below(program.home.root().resolve("tmp")).stream()
        .filter(file -> file.toString().endsWith(".png")).count();
  }

  @ParameterizedTest
  @CsvSource({"2.1.197,0", "2.1.197,1", "2.1.330,0", "2.1.330,1"})
  void inAHistoryThatTheClientBringsAlong(String version, String spares) {
    try (Program program = new Program(version, "--spares", spares)) {
      List<Json.Obj> messages = new ArrayList<>(List.of(all(),
          Json.object("role", "assistant", "content", "seen"), user("#say on")));
      Answer brought = program.ask(request(messages));
      assertEquals("on", brought.content());
      assertAllSeen(program);
      program.restart();
      messages.add(brought.message());
      messages.add(user("#say further"));
      Answer further = program.ask(request(messages));
      assertEquals("further", further.content());
      assertEquals(brought.session(), further.session());
      assertAllSeen(program);
    }
  }

  @ParameterizedTest
  @MethodSource(VERSIONS)
  void whatCannotBeReadIsNamed(String version) {
    try (Program program = new Program(version)) {
      refused(program, "messages[0].content[1].image_url.url", "not fetched",
          part("image_url", Json.object("url", "http://169.254.169.254/latest")));
      refused(program, "messages[0].content[1].image_url.url", "not fetched",
          part("image_url", Json.object("url", "file:///etc/passwd")));
      refused(program, "messages[0].content[1].image_url.url", "not an image",
          part("image_url", Json.object("url", "data:image/png;base64," + base64("plain"))));
      refused(program, "messages[0].content[1].image_url.url", "base64",
          part("image_url", Json.object("url", "data:image/png;base64,%%%")));
      refused(program, "messages[0].content[1].type", "audio",
          part("input_audio", Json.object("data", "AAAA", "format", "wav")));
      refused(program, "messages[0].content[1].file.file_data", "PDF",
          file("a.bin", "data:application/octet-stream;base64,AP8A"));
      refused(program, "messages[0].content[1].file.file_id", "stored",
          part("file", Json.object("file_id", "file-1")));
      assertEquals(0, program.stub.received().size());
    }
  }

  private static void refused(Program program, String param, String word, Json.Obj part) {
    Answer refused = program.ask(request(List.of(said(text("look"), part))));
    assertEquals(400, refused.status());
    assertEquals(Optional.of(param), refused.error().string("param"));
    assertTrue(refused.error().string("message").orElseThrow().contains(word), refused.error().toText());
  }
}
