package claudegateway.chat;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import claudegateway.chat.Failure.Kind;
import claudegateway.claude.ClaudeEvent;
import claudegateway.claude.ModelUse;
import claudegateway.claude.TokenCount;
import claudegateway.json.Slice;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The small rules between the CLI's words and the client's: characters, names, rows, failures. */
final class MessagePartsTest {

  /** A literal as the CLI prints it: halves as escapes, whole characters as they are. */
  private static Slice printed(String text) {
    StringBuilder literal = new StringBuilder();
    text.codePoints().forEach(point -> {
      if (point >= Character.MIN_SURROGATE && point <= Character.MAX_SURROGATE) {
        literal.append(String.format("\\u%04x", point));
      } else {
        literal.appendCodePoint(point);
      }
    });
    byte[] bytes = literal.toString().getBytes(StandardCharsets.UTF_8);
    return new Slice(bytes, 0, bytes.length);
  }

  @Test
  void halvesOfACharacterMeetAgainWhereverTheTextIsCut() {
    String text = "a\uD83D\uDE00b\u4E2D\uD83D\uDC4D\uD83C\uDFFD\\ud83d \"c\"".replace("\\", "").replace("\"", "");
    Random random = new Random(2);
    for (int round = 0; round < 500; round++) {
      SplitCharacters characters = new SplitCharacters();
      StringBuilder said = new StringBuilder();
      int from = 0;
      while (from < text.length()) {
        int to = Math.min(text.length(), from + 1 + random.nextInt(4));
        String piece = characters.next(printed(text.substring(from, to))).decode();
        assertTrue(piece.isEmpty() || !Character.isHighSurrogate(piece.charAt(piece.length() - 1)));
        said.append(piece);
        from = to;
      }
      assertEquals(text, said.append(characters.rest().decode()).toString());
    }
  }

  @Test
  void halfACharacterWithoutItsOtherIsReplaced() {
    SplitCharacters characters = new SplitCharacters();
    assertEquals("a", characters.next(printed("a\uD83D")).decode());
    assertEquals("\uFFFDb", characters.next(printed("b")).decode());
    assertEquals("", characters.next(printed("\uD83D")).decode());
    assertEquals("\uFFFD", characters.rest().decode());
    assertEquals("", characters.rest().decode());
  }

  @Test
  void namesOfFunctionsGoThereAndBack() {
    String endless = "x".repeat(200);
    List<String> names = List.of("get_weather", "get weather", "get.weather", "get/weather", "w\u00E4rme", endless,
        endless + "y");
    ToolNames mapped = new ToolNames(names);
    Set<String> seen = new HashSet<>();
    for (String name : names) {
      assertTrue(mapped.bare(name).matches("[A-Za-z0-9_-]{1,64}"), mapped.bare(name));
      assertTrue(seen.add(mapped.bare(name)), "two functions are one: " + mapped.bare(name));
      assertEquals(name, mapped.client(mapped.model(name)));
    }
    assertEquals("get_weather", mapped.bare("get_weather"), "a name that needs no change keeps it");
    assertEquals("other", mapped.client("mcp__client__other"));
    assertEquals("Bash", mapped.client("Bash"));
  }

  @Test
  void anAnswersRowIsItsMessagesRow() {
    for (String text : List.of("", "plain", "two\nlines \"quoted\" \\ \u2028 \uD83D\uDE00")) {
      for (String arguments : List.of("", "{}", "{\"a\":[1,\"x\"]}", "[1]", "no JSON {", "{\"half\":")) {
        Answer answer = new Answer();
        text.codePoints().forEach(point -> answer.text(Slice.of(Character.toString(point))));
        int call = answer.call("toolu_1", "f");
        arguments.chars().forEach(c -> answer.arguments(call, Slice.of(Character.toString(c))));
        assertEquals(Blocks.toRow(answer.message()), answer.toRow());
        Message back = Blocks.fromRow(Message.Role.ASSISTANT, answer.toRow());
        assertEquals(text, back.text());
        assertEquals("toolu_1", back.calls().getFirst().id());
        assertEquals(answer.toRow(), Blocks.toRow(back));
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
      "400,success,unknown,API Error: 400 bad,UPSTREAM_REJECTED", "413,success,unknown,too large,UPSTREAM_REJECTED",
      "401,success,authentication_failed,x,CLAUDE_AUTH", "403,success,x,Failed to authenticate,CLAUDE_AUTH",
      "0,success,authentication_failed,Not logged in · Please run /login,CLAUDE_AUTH",
      "404,success,model_not_found,no such model,MODEL_NOT_FOUND",
      "429,success,rate_limit,Request rejected,UPSTREAM_RATE_LIMITED",
      "500,success,server_error,oops,UPSTREAM_FAILED", "503,success,server_error,x,UPSTREAM_OVERLOADED",
      "529,success,overloaded,x,UPSTREAM_OVERLOADED", "0,success,unknown,API Error: Overloaded,UPSTREAM_OVERLOADED",
      "0,success,server_error,Unable to connect,UPSTREAM_FAILED",
      "0,success,,Prompt is too long,UPSTREAM_REJECTED", "0,error_max_turns,,Reached maximum,AGENT_FAILED"})
  void anUnsuccessfulResultIsOneKindOfFailure(int status, String subtype, String error, String text, Kind kind) {
    ClaudeEvent.Result result = new ClaudeEvent.Result(subtype, true,
        Optional.of(status).filter(code -> code > 0), text, Optional.empty(), Optional.empty(), 1,
        TokenCount.NONE, ModelUse.NONE, Optional.empty(), Optional.empty(), List.of(), List.of());
    Failure failure = UpstreamFailures.of(result, error == null ? "" : error, 2_000);
    assertEquals(kind, failure.kind());
    assertTrue(failure.message().contains(text.split(" ")[0]), failure.message());
    boolean again = kind == Kind.UPSTREAM_RATE_LIMITED || kind == Kind.UPSTREAM_OVERLOADED;
    assertEquals(again ? Optional.of(2_000L) : Optional.empty(), failure.retryAfter().map(wait -> wait.toMillis()));
    assertNotEquals("", failure.message());
  }
}
