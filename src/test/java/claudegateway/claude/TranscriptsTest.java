package claudegateway.claude;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import claudegateway.claude.Transcripts.Line;
import claudegateway.claude.Transcripts.OpenCall;
import claudegateway.json.Json;
import claudegateway.json.JsonReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A missing field loses history in silence, or hangs the CLI: each is there. */
final class TranscriptsTest {
  private static final Path CWD = Path.of("/a/w2.x y_z");
  private static final Instant SAID = Instant.parse("2026-01-02T03:04:05Z");

  @TempDir
  private Path home;

  private static List<Json.Obj> text(String text) {
    return List.of(Json.object("type", "text", "text", text));
  }

  @Test
  void whereItIs() {
    assertEquals(home.resolve(".claude/projects/-a-w2-x-y-z/ID.jsonl"),
        Transcripts.of(Map.of("HOME", home.toString())).file(CWD, "ID"));
    assertEquals(Path.of("/c/projects/-a-w2-x-y-z/ID.jsonl"),
        Transcripts.of(Map.of("HOME", home.toString(), "CLAUDE_CONFIG_DIR", "/c")).file(CWD, "ID"));
  }

  @Test
  void everyMandatoryFieldIsWritten() throws Exception {
    Transcripts transcripts = Transcripts.of(Map.of("HOME", home.toString()));
    assertFalse(transcripts.exists(CWD, "ID"));
    List<Json.Obj> calls = List.of(
        Json.object("type", "tool_use", "id", "A", "name", "mcp__client__f", "input", Json.Obj.EMPTY),
        Json.object("type", "tool_use", "id", "B", "name", "mcp__client__g", "input", Json.object("x", 1)));
    transcripts.write(CWD, "ID", List.of(Line.user(text("q\n1")), Line.assistant(text("a1")), Line.user(text("q2")),
        new Line(Line.Role.ASSISTANT, calls, List.of(new OpenCall("A", "mcp__client__f", Json.Obj.EMPTY),
            new OpenCall("B", "mcp__client__g", Json.object("x", 1))))), SAID);
    List<String> lines = Files.readAllLines(transcripts.file(CWD, "ID"));
    assertEquals(5, lines.size());
    Set<String> messageIds = new HashSet<>();
    String parent = null;
    for (String text : lines) {
      Json.Obj line = (Json.Obj) JsonReader.parse(text);
      assertEquals(Optional.ofNullable(parent), line.string("parentUuid"));
      parent = line.string("uuid").orElseThrow();
      assertEquals(SAID.toString(), line.string("timestamp").orElseThrow());
      line.object("message").filter(message -> message.string("role").filter("assistant"::equals).isPresent())
          .ifPresent(message -> {
            assertTrue(messageIds.add(message.string("id").orElseThrow()));
            assertTrue(message.string("model").isPresent() && !message.array("content").isEmpty());
          });
    }
    assertEquals(2, messageIds.size());
    Json.Obj open = ((Json.Obj) JsonReader.parse(lines.getLast())).object("attachment").orElseThrow();
    assertEquals("hook_deferred_tool B", open.string("type").orElseThrow() + " "
        + open.string("toolUseID").orElseThrow());
  }

  @Test
  void whatIsInItIsFound() throws Exception {
    Transcripts transcripts = Transcripts.of(Map.of("HOME", home.toString()));
    assertFalse(transcripts.has(CWD, "ID", "U"));
    transcripts.write(CWD, "ID", List.of(Line.user(text("one"))), SAID);
    String uuid = ((Json.Obj) JsonReader.parse(Files.readAllLines(transcripts.file(CWD, "ID")).getFirst()))
        .string("uuid").orElseThrow();
    assertTrue(transcripts.has(CWD, "ID", uuid));
    assertFalse(transcripts.has(CWD, "ID", uuid.substring(1)));
    // What we wrote down ourselves, however late, is nobody else's work.
    assertEquals(List.of(), transcripts.since(CWD, "ID", SAID, "").lines());
    assertEquals(1, transcripts.since(CWD, "ID", SAID.minusSeconds(1), "").lines().size());
    transcripts.delete(CWD, "ID");
    assertFalse(transcripts.exists(CWD, "ID"));
  }

  @Test
  void theImagesThatTheCliKeptGoWithIt() throws Exception {
    Path kept = home.resolve("claude-7/-a-w2-x-y-z");
    Path elsewhere = Files.writeString(home.resolve("elsewhere"), "stays");
    Path image = kept.resolve("ID/images/1.png");
    Files.createDirectories(image.getParent());
    Files.writeString(image, "");
    Files.createSymbolicLink(image.resolveSibling("link"), elsewhere);
    Path anothers = Files.createDirectories(kept.resolve("ANOTHER"));
    for (String variable : List.of("TMPDIR", "CLAUDE_CODE_TMPDIR")) {
      Files.createDirectories(image.getParent());
      Transcripts.of(Map.of("HOME", home.toString(), variable, home.toString())).delete(CWD, "ID");
      assertFalse(Files.exists(kept.resolve("ID")), variable);
    }
    assertTrue(Files.exists(elsewhere) && Files.exists(anothers));
  }
}
