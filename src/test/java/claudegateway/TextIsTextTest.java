package claudegateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import claudegateway.demo.Conversation;
import claudegateway.demo.Received;
import claudegateway.json.Json;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What a terminal would take for a command, a file to read or a note to keep reaches the model as it was typed,
 * wherever it stands; commands run only for a client that asks for them, where the operator allows it.
 */
final class TextIsTextTest {
  private static final String PNG = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwAD"
      + "hgGAWjR9awAAAABJRU5ErkJggg==";
  private static final Json.Obj IMAGE = Json.object("type", "image_url", "image_url",
      Json.object("url", "data:image/png;base64," + PNG));

  private static List<String> texts(Path secret) {
    return List.of("/clear", "/cost", "/compact now", "/nosuch", "/", "@" + secret, "see @" + secret + " here",
        "!touch made-by-text", "#Remember this", "# x", "\\/clear", "//", " /clear");
  }

  @ParameterizedTest
  @MethodSource("claudegateway.RealCli#versions")
  void inEachPositionOfAMessage(String version) throws Exception {
    try (ProgramProcess program = new ProgramProcess(version)) {
      Path secret = Files.writeString(program.home.root().resolve("secret.txt"), "the-content-of-the-file");
      for (boolean system : new boolean[] {true, false}) {
        String session = program.post("/v1/sessions", Json.object("title", "texts")).string("id").orElseThrow();
        for (String text : texts(secret)) {
          for (List<Json> content : contents(text)) {
            program.stub.clear();
            Json message = content.size() == 1 && content.getFirst() instanceof Json.Str only ? only
                : Json.Arr.of(content, part -> part);
            ask(program, session, system, List.of(Json.object("role", "user", "content", message)));
            List<String> wanted = content.stream().map(part -> part instanceof Json.Str(String said) ? said
                : ((Json.Obj) part).string("text").orElse("image")).toList();
            assertTrue(program.stub.received().stream().anyMatch(request -> lastBlocks(request, wanted.size())
                .equals(wanted)), () -> wanted + " arrived as " + lines(program));
            assertNothingWasDone(program, text);
          }
        }
      }
    }
  }

  /** As a string, alone in an array, and before and after something else. */
  private static List<List<Json>> contents(String text) {
    Json.Obj part = Json.object("type", "text", "text", text);
    Json.Obj other = Json.object("type", "text", "text", "and that");
    return List.of(List.of(Json.of(text)), List.of(part), List.of(part, IMAGE), List.of(IMAGE, part),
        List.of(other, part), List.of(part, other), List.of(part, part));
  }

  @ParameterizedTest
  @MethodSource("claudegateway.RealCli#versions")
  void inAHistory(String version) throws Exception {
    // With a spare it goes in over stdin, without one as a transcript.
    for (String spares : List.of("0", "1")) {
      try (ProgramProcess program = new ProgramProcess(version, "--spares", spares)) {
        Path secret = Files.writeString(program.home.root().resolve("secret.txt"), "the-content-of-the-file");
        for (boolean system : new boolean[] {true, false}) {
          if (spares.equals("1")) {
            Await.that("a spare is ready", java.time.Duration.ofSeconds(20), () -> !program.left().isEmpty());
          }
          program.stub.clear();
          List<String> said = new ArrayList<>();
          List<Json.Obj> messages = new ArrayList<>();
          for (String text : texts(secret)) {
            for (Json content : List.of(Json.of(text), Json.Arr.of(List.of(text),
                each -> Json.object("type", "text", "text", each)))) {
              messages.add(Json.object("role", "user", "content", content));
              messages.add(Json.object("role", "assistant", "content", text));
              said.addAll(List.of("user: " + text, "assistant: " + text));
            }
          }
          messages.add(Json.object("role", "user", "content", "Go on " + system));
          said.add("user: Go on " + system);
          ask(program, "", system, messages);
          assertTrue(lines(program).contains(said), () -> said + " arrived as " + lines(program));
          assertNothingWasDone(program, "history");
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("claudegateway.RealCli#versions")
  void commandsRunWhereBothWantThem(String version) throws Exception {
    Json.Obj wanted = Json.object("commands", true);
    try (ProgramProcess program = new ProgramProcess(version)) {
      AssertionError refused = org.junit.jupiter.api.Assertions.assertThrows(AssertionError.class,
          () -> program.post("/v1/chat/completions", ProgramProcess.ask("", "/cost").with("claude", wanted)));
      assertTrue(refused.getMessage().startsWith("400") && refused.getMessage().contains("slash-commands"),
          refused.getMessage());
      assertEquals(0, program.stub.received().size());
    }
    try (ProgramProcess program = new ProgramProcess(version, "--slash-commands")) {
      String session = program.post("/v1/sessions", Json.object("title", "commands")).string("id").orElseThrow();
      program.post("/v1/chat/completions", ProgramProcess.ask(session, "#say hello"));
      program.stub.clear();
      String cost = ProgramProcess.content(program.post("/v1/chat/completions",
          ProgramProcess.ask(session, "/cost").with("claude", wanted)));
      assertFalse(cost.isBlank() || cost.startsWith("You said"), cost);
      assertEquals(List.of(), lines(program), "the model was not asked");
      String typed = ProgramProcess.content(program.post("/v1/chat/completions", ProgramProcess.ask(session, "/cost")));
      assertTrue(typed.startsWith("You said: "), "who does not ask for commands gets none: " + typed);
    }
  }

  private static void ask(ProgramProcess program, String session, boolean system, List<Json.Obj> messages) throws Exception {
    List<Json.Obj> all = new ArrayList<>(messages);
    if (system) {
      all.addFirst(Json.object("role", "system", "content", "Be brief."));
    }
    Json.Obj body = Json.object("messages", all);
    program.post("/v1/chat/completions", session.isEmpty() ? body : body.with("session_id", Json.of(session)));
  }

  private static void assertNothingWasDone(ProgramProcess program, String text) throws Exception {
    assertFalse(program.stub.received().stream().anyMatch(request ->
        request.body().toText().contains("the-content-of-the-file")), text + " read a file");
    assertTrue(HermeticHome.below(program.home.root()).stream().noneMatch(file -> file.endsWith("made-by-text")),
        text + " ran");
    assertTrue(HermeticHome.below(program.home.home()).stream().noneMatch(file -> file.endsWith("CLAUDE.md")),
        text + " was kept as a note");
  }

  /** The last blocks that the user said. */
  private static List<String> lastBlocks(Received request, int count) {
    List<Json.Obj> blocks = request.conversation().messages().isEmpty() ? List.of()
        : request.conversation().messages().getLast().blocks().stream()
            .filter(block -> !block.string("text").orElse("").startsWith("[Image: source: ")).toList();
    return blocks.subList(Math.max(0, blocks.size() - count), blocks.size()).stream()
        .map(block -> block.string("text").map(TextIsTextTest::typed).orElse("image")).toList();
  }

  private static List<List<String>> lines(ProgramProcess program) {
    return program.stub.received().stream().map(Received::conversation).map(Conversation::lines)
        .map(lines -> lines.stream().map(line -> line.replaceFirst("^user: \n/", "user: /")).toList()).toList();
  }

  /** A newline keeps the CLI from taking it for a command; another stands before its note on an image. */
  private static String typed(String text) {
    return (text.startsWith("\n/") ? text.substring(1) : text).replaceFirst("\n$", "");
  }
}
