package claudegateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import claudegateway.json.Json;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The main job from a client's end, on both ends of the supported CLI versions. */
final class MainPathTest {
  private static final Duration SOON = Duration.ofSeconds(20);
  private static final String ODD = "emoji 😀👩‍👩‍👧 é \u2028 \u0001\u001f \"quoted\" back\\slash \n 𝄞 end";

  @ParameterizedTest
  @MethodSource("claudegateway.RealCli#versions")
  void textComesBackAsItWasSaid(String version) throws Exception {
    try (ProgramProcess program = new ProgramProcess(version)) {
      String cjk = IntStream.range(0, 30_000).mapToObj(i -> Character.toString(0x4e00 + i % 5_000))
          .collect(Collectors.joining());
      for (String text : List.of(ODD, cjk)) {
        String prompt = "#say " + Json.of(text).toText();
        assertEquals(text,
            ProgramProcess.content(program.post("/v1/chat/completions", ProgramProcess.ask("", prompt))));
        assertEquals(text, ProgramProcess.said(program.stream(ProgramProcess.ask("", prompt))));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("claudegateway.RealCli#versions")
  void largeQuestionsAndAnswersAreWhole(String version) throws Exception {
    try (ProgramProcess program = new ProgramProcess(version)) {
      int size = 8_000_000;
      String streamed = ProgramProcess.said(program.stream(ProgramProcess.ask("", "#big " + size)));
      assertEquals(size, streamed.length());
      assertEquals(streamed,
          ProgramProcess.content(program.post("/v1/chat/completions", ProgramProcess.ask("", "#big " + size))));
      // Few tokens for its bytes: the CLI itself refuses what it takes for more than the model's window.
      String question = "#say heard\n" + "問".repeat(340_000);
      assertEquals("heard",
          ProgramProcess.content(program.post("/v1/chat/completions", ProgramProcess.ask("", question))));
      assertEquals(question, program.stub.received().getLast().conversation().lastPrompt().orElseThrow().text());
    }
  }

  @ParameterizedTest
  @MethodSource("claudegateway.RealCli#versions")
  void theAgentWorksInTheProjectsFolder(String version) throws Exception {
    try (ProgramProcess program = new ProgramProcess(version)) {
      Json.Obj project = program.post("/v1/projects", Json.object("name", "Notes"));
      Json.Obj ask = ProgramProcess.ask("", "#bash pwd").with("project_id", project.fields().get("id"));
      String answer = ProgramProcess.content(program.post("/v1/chat/completions", ask));
      assertTrue(answer.contains(project.string("path").orElseThrow()), answer);
    }
  }

  /** Who makes a project is about to talk in it. */
  @ParameterizedTest
  @MethodSource("claudegateway.RealCli#versions")
  void aNewProjectsFirstConversationFindsAProcessThatWaits(String version) throws Exception {
    try (ProgramProcess program = new ProgramProcess(version, "--spares", "2")) {
      Json.Obj project = program.post("/v1/projects", Json.object("name", "Notes"));
      String folder = project.string("path").orElseThrow();
      AtomicReference<String> waiting = new AtomicReference<>("");
      Await.that("a process waits in its folder", SOON, () -> {
        program.jvm().process().descendants().map(child -> child.info().commandLine().orElse(""))
            .filter(line -> line.contains("--add-dir " + folder + " ")).findFirst().ifPresent(waiting::set);
        return !waiting.get().isEmpty();
      });
      Json.Obj answer = program.post("/v1/chat/completions",
          ProgramProcess.ask("", "#say hello").with("project_id", project.fields().get("id")));
      assertEquals("hello", ProgramProcess.content(answer));
      assertTrue(waiting.get().contains(answer.string("session_id").orElseThrow()), waiting.get());
    }
  }

  @ParameterizedTest
  @MethodSource("claudegateway.RealCli#versions")
  void whatWasToldSurvivesAKill(String version) throws Exception {
    try (ProgramProcess program = new ProgramProcess(version)) {
      String session = program.post("/v1/sessions", Json.object("title", "durable")).string("id").orElseThrow();
      assertEquals("kept",
          ProgramProcess.content(program.post("/v1/chat/completions", ProgramProcess.ask(session, "#say kept"))));
      for (int round = 0; round < 3; round++) {
        String question = "#tokens 3000 5\nround " + round;
        String told = killInMidStream(program, session, question);
        program.start();
        awaitNothingLeft(program);
        List<Json> messages = program.get("/v1/sessions/" + session + "/messages?limit=1000").array("data");
        assertTrue(messages.stream().anyMatch(message -> message.toText().contains("round " + question.charAt(
            question.length() - 1))), "the question is there");
        assertTrue(told.length() > 10);
      }
      String echo = ProgramProcess.content(program.post("/v1/chat/completions", ProgramProcess.ask(session, "#echo")));
      assertTrue(echo.startsWith("[\"user: #say kept\",\"assistant: kept\""), echo);
    }
  }

  /** Returns what the client had been told when the gateway was killed. */
  private static String killInMidStream(ProgramProcess program, String session, String question) throws Exception {
    StringBuilder told = new StringBuilder();
    try (Stream<String> lines = program.stream(ProgramProcess.ask(session, question))) {
      Iterator<String> each = lines.iterator();
      StringBuilder seen = new StringBuilder();
      while (told.length() < 100) {
        assertTrue(each.hasNext(), () -> "the stream has ended: " + seen);
        String line = each.next();
        seen.append(line);
        if (line.startsWith("data: {")) {
          ProgramProcess.delta(line).ifPresent(told::append);
        }
      }
      program.kill();
    }
    return told.toString();
  }

  private static void awaitNothingLeft(ProgramProcess program) throws InterruptedException {
    long deadline = System.nanoTime() + Duration.ofSeconds(10).toNanos();
    Optional<ProcessHandle> left = program.left().stream().findFirst();
    while (left.isPresent() && System.nanoTime() < deadline) {
      Thread.sleep(50);
      left = program.left().stream().findFirst();
    }
    assertTrue(left.isEmpty(), () -> "still there: " + program.left().stream().map(process ->
        process.pid() + " " + process.info().commandLine().orElse("?")).toList());
  }
}
