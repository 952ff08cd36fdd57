package claudegateway.chat;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import claudegateway.Await;
import claudegateway.demo.Received;
import claudegateway.json.Json;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What a spare of the real CLI does ahead, nobody sees: neither the API before there is a question, nor the model. */
final class PreparedSpareTest {
  private static final Duration SOON = Duration.ofSeconds(20);
  private static final List<ChatRequest.Function> FUNCTIONS =
      List.of(new ChatRequest.Function("f", "does f", Json.object("type", "object")));

  @ParameterizedTest
  @MethodSource("claudegateway.RealCli#versions")
  void theModelIsSentWhatAProcessThatStartsForItSends(String version) {
    List<String> prepared = requests(version, 1);
    assertEquals(requests(version, 0), prepared);
    assertEquals(3, prepared.size());
  }

  /** What the model is sent in three conversations, in which what is told differs. */
  private static List<String> requests(String version, int spares) {
    try (Engine engine = new Engine(EngineSetup.real(version).spares(spares))) {
      List<String> bodies = new ArrayList<>();
      for (ChatRequest request : List.of(request(Optional.empty(), List.of()),
          request(Optional.of("Be brief."), List.of()), request(Optional.empty(), FUNCTIONS))) {
        Await.that("a spare waits", SOON, () -> engine.chat().spares() == spares);
        List<String> waiting = engine.living().stream()
            .filter(process -> !process.isInitialized()).map(process -> process.sessionId()).toList();
        assertEquals(bodies.size(), engine.stub.received().size(), "the API is not asked while a process waits");
        Engine.Said said = Engine.read(engine.start(request));
        assertEquals(spares == 1, waiting.contains(said.session()), "it was a spare's");
        Received sent = engine.stub.received().getLast();
        assertTrue(sent.size() > 1000);
        bodies.add(plain(engine, said.session(), sent));
      }
      return bodies;
    }
  }

  /** Without what is another one in each home. */
  private static String plain(Engine engine, String session, Received sent) {
    String home = engine.home.root().toString();
    return sent.body().toText().replace(session, "SESSION").replace(home, "HOME")
        .replace(home.replaceAll("[^A-Za-z0-9]", "-"), "HOME")
        .replaceAll("(device_id\\W+)\\w+", "$1DEVICE");
  }

  private static ChatRequest request(Optional<String> system, List<ChatRequest.Function> functions) {
    return Engine.request(Optional.empty(), List.of(Message.user("#say hello")), system,
        new ChatRequest.Tools(functions, new ChatRequest.Choice.Auto(), true, true));
  }
}
