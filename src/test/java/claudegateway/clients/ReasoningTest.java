package claudegateway.clients;

import static claudegateway.clients.Program.request;
import static claudegateway.clients.Program.user;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import claudegateway.json.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Thinking is said to those who ask for it, and counted for all. */
final class ReasoningTest {
  private static final String VERSIONS = "claudegateway.RealCli#versions";
  private static final String PROMPT = "#think 3\n#say done";

  private static Optional<Long> counted(Answer answer) {
    return answer.usage().object("completion_tokens_details").orElseThrow().integer("reasoning_tokens");
  }

  @ParameterizedTest
  @MethodSource(VERSIONS)
  void itIsSaidWhenAskedFor(String version) {
    List<Object[]> asking = new ArrayList<>(List.of(new Object[] {"reasoning_effort", "high"},
        new Object[] {"claude", Json.object("thinking", true)},
        new Object[] {"claude", Json.object("thinking", Json.object("budget_tokens", 2_000))}));
    try (Program program = new Program(version)) {
      for (Object[] asked : asking) {
        Answer whole = program.ask(request(List.of(user(PROMPT)), asked));
        assertEquals("done", whole.content());
        assertEquals(Optional.of("th0 th1 th2 "), whole.message().string("reasoning_content"));
        assertEquals(Optional.of(3L), counted(whole));
        Answer streamed = program.stream(request(List.of(user(PROMPT)), asked)
            .with("stream_options", Json.object("include_usage", true)));
        assertEquals("done", streamed.content());
        assertEquals(Optional.of("th0 th1 th2 "), streamed.message().string("reasoning_content"));
        assertEquals(Optional.of(3L), counted(streamed));
      }
      assertTrue(program.lastReceived().body().has("thinking"));
    }
  }

  @ParameterizedTest
  @MethodSource(VERSIONS)
  void otherwiseItIsOnlyCounted(String version) {
    try (Program program = new Program(version)) {
      Answer whole = program.ask(request(List.of(user(PROMPT))));
      assertEquals("done", whole.content());
      assertFalse(whole.body().toText().contains("th0"));
      assertEquals(Optional.of(3L), counted(whole));
      Answer streamed = program.stream(request(List.of(user(PROMPT))));
      assertEquals("done", streamed.content());
      assertFalse(streamed.chunks().toString().contains("th0"));
    }
  }
}
