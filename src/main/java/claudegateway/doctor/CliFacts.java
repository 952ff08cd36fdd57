package claudegateway.doctor;

import static claudegateway.doctor.Unlike.unless;
import static claudegateway.doctor.Unlike.unlessEqual;

import claudegateway.claude.ClaudeEvent;
import claudegateway.claude.ClientTool;
import claudegateway.claude.Launch;
import claudegateway.claude.StdinLine;
import claudegateway.claude.Transcripts.Line;
import claudegateway.claude.TurnControls;
import claudegateway.demo.Reply;
import claudegateway.demo.Step;
import claudegateway.json.Json;
import claudegateway.json.JsonReader;
import claudegateway.json.Slice;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** The facts, each a check that throws {@link Unlike} when it does not hold. Used by one thread. */
final class CliFacts {
  private static final String STRUCTURED_OUTPUT = "StructuredOutput";

  private final Laboratory lab;

  interface Check {
    void run() throws IOException, InterruptedException;
  }

  /** @param promise what the gateway relies on */
  record Fact(String promise, Check check) {}

  CliFacts(Laboratory lab) {
    this.lab = lab;
  }

  List<Fact> all() {
    return List.of(
        new Fact("it says nothing before the first message, and answers initialize", this::silence),
        new Fact("a turn's lines come in order, one for each delta", this::order),
        new Fact("the first initialize sets the system prompt", this::systemPrompt),
        new Fact("slashes and @paths are text", this::inertText),
        new Fact("temperature, stop and max_tokens change from turn to turn", this::turnOptions),
        new Fact("an interrupt ends the turn, and the next one works", this::interrupt),
        new Fact("a message with priority now takes the running one's place", this::replace),
        new Fact("a client's function is deferred and its result goes on with the turn", this::defer),
        new Fact("an answer in the form of a schema is streamed, and accepted or not", this::structured),
        new Fact("a history can be told over stdin", this::injection),
        new Fact("a result that was printed survives a kill", this::eagerFlush),
        new Fact("a transcript that was written by hand is resumed", this::handwritten),
        new Fact("a session can be forked at an earlier answer", this::fork),
        new Fact("an answer that was cut at max_tokens says so", () -> cut("max_tokens")),
        new Fact("a refusal says so, and is not asked again", this::refusal),
        new Fact("CLAUDE_CODE_MAX_RETRIES bounds the requests to a failing API", this::retries),
        new Fact("a broken answer is not asked for again as a whole", this::broken),
        new Fact("a project's hooks do not run and its CLAUDE.md is read", this::project),
        new Fact("it ends when its stdin ends", this::end));
  }

  private void silence() throws InterruptedException {
    try (Examined cli = lab.fresh()) {
      Json.Obj answer = cli.initialize();
      unlessEqual(0, cli.unseen());
      unless(answer.has("commands") && answer.has("models") && answer.has("account"),
          "the answer to initialize has only " + answer.fields().keySet());
      // 2.1.330 may print lines of other kinds before it, which break nothing.
      String first = Examined.names(cli.turn("Hello")).stream().filter(kind -> !kind.equals("Other"))
          .findFirst().orElse("nothing");
      unlessEqual("Init", first);
    }
  }

  private void order() throws InterruptedException {
    try (Examined cli = lab.initialized()) {
      List<String> kinds = Examined.names(cli.turn("Hello"));
      List<String> wanted = List.of("Init", "Status", "MessageStart", "BlockStart", "TextDelta", "Assistant",
          "BlockStop", "MessageDelta", "MessageStop", "Result");
      unlessEqual(wanted, kinds.stream().filter(wanted::contains).distinct().toList());
      unlessEqual((long) PlainModel.WORDS, kinds.stream().filter("TextDelta"::equals).count());
    }
  }

  private void systemPrompt() throws InterruptedException {
    try (Examined cli = lab.fresh()) {
      cli.initialize(Json.object("systemPrompt", List.of("You are a lighthouse.")));
      cli.turn("Hello");
      unless(lab.lastRequest().system().contains("You are a lighthouse."), "it did not reach the request");
    }
  }

  private void inertText() throws IOException, InterruptedException {
    Path secret = Files.writeString(lab.folder().resolve("secret.txt"), "content-of-the-file");
    try (Examined cli = lab.initialized()) {
      for (String text : List.of("/clear", "/config model=haiku", "see @" + secret)) {
        cli.turn(text);
        unlessEqual(text, lab.lastPrompt().strip());
        unless(!lab.lastRequest().body().toText().contains("content-of-the-file"), "it read a file for @path");
      }
    }
  }

  private void turnOptions() throws InterruptedException {
    try (Examined cli = lab.initialized()) {
      TurnControls wanted = new TurnControls(Json.of(0), Json.Null.NULL, Json.Null.NULL,
          "{\"temperature\":0.5,\"stop_sequences\":[\"X\"]}", "77");
      cli.control(TurnControls.DEFAULT, wanted);
      cli.turn("Hello");
      Json.Obj body = lab.lastRequest().body();
      unlessEqual(Optional.of(0.5), body.number("temperature"));
      unlessEqual(Optional.of(77L), body.integer("max_tokens"));
      unlessEqual("[\"X\"]", body.get("stop_sequences").map(Json::toText).orElse("nothing"));
      cli.control(wanted, TurnControls.DEFAULT);
      cli.turn("Hello again");
      unless(!lab.lastRequest().body().has("stop_sequences"), "what held for one turn holds for the next");
      unlessEqual("user: Hello again", lab.lastRequest().conversation().lines().getLast());
    }
  }

  private void interrupt() throws InterruptedException {
    try (Examined cli = lab.initialized()) {
      lab.model().answers(_ -> Reply.Script.of(new Step.Text("half "), new Step.Hang()));
      cli.say("Hello", StdinLine.Mode.TURN);
      cli.until(ClaudeEvent.TextDelta.class);
      cli.interrupt();
      ClaudeEvent.Result result = Examined.result(cli.untilResult());
      unlessEqual(Optional.of("aborted_streaming"), result.terminalReason());
      lab.model().plain();
      unless(!Examined.result(cli.turn("Go on")).isError(), "the turn after it failed");
    }
  }

  private void replace() throws InterruptedException {
    try (Examined cli = lab.initialized()) {
      lab.model().answers(_ -> Reply.Script.of(new Step.Text("half "), new Step.Hang()));
      cli.say("Hello", StdinLine.Mode.TURN);
      cli.until(ClaudeEvent.TextDelta.class);
      lab.model().plain();
      cli.say("Rather this", StdinLine.Mode.REPLACE);
      unlessEqual(Optional.of("aborted_streaming"), Examined.result(cli.untilResult()).terminalReason());
      unless(!Examined.result(cli.untilResult()).isError(), "the message in its place failed");
      unlessEqual("Rather this", lab.lastPrompt());
    }
  }

  private void defer() throws InterruptedException {
    try (Examined cli = lab.fresh()) {
      cli.process().control().tools(List.of(new ClientTool("weather", "The weather",
          Json.object("type", "object", "properties", Json.Obj.EMPTY))));
      cli.initialize();
      lab.model().answers(_ -> Reply.Script.of(
          new Step.ToolUse("toolu_1", ClientTool.PREFIX + "weather", Json.Obj.EMPTY, 16, Duration.ZERO)));
      int before = lab.requests();
      List<ClaudeEvent> turn = cli.turn("What is the weather?");
      unlessEqual(before + 1, lab.requests());
      unless(turn.stream().anyMatch(event -> event instanceof ClaudeEvent.BlockStart start
          && start.toolName().equals(ClientTool.PREFIX + "weather")), "the call was not printed");
      unless(!Examined.result(turn).isError(), "the turn failed");
      lab.model().plain();
      cli.send(StdinLine.user(UUID.randomUUID().toString(), List.of(Json.object("type", "tool_result",
          "tool_use_id", "toolu_1", "content", "sunny")), StdinLine.Mode.TURN, false));
      cli.untilResult();
      List<String> results = lab.lastRequest().conversation().toolResults().stream().map(Json.Obj::toText).toList();
      unless(results.size() == 1 && results.getFirst().contains("sunny"), "the result arrived as " + results);
    }
  }

  private void structured() throws InterruptedException {
    Json.Obj schema = Json.object("type", "object", "properties", Json.object("n", Json.object("type", "integer")),
        "required", List.of("n"), "additionalProperties", false);
    Json.Obj answer = Json.object("n", 7);
    try (Examined cli = lab.fresh()) {
      cli.initialize(Json.object("jsonSchema", schema));
      lab.model().answers(_ -> Reply.Script.of(
          new Step.ToolUse("toolu_1", STRUCTURED_OUTPUT, answer, 3, Duration.ZERO)));
      List<ClaudeEvent> turn = cli.turn("A number, please");
      unless(lab.lastRequest().toolNames().contains(STRUCTURED_OUTPUT), "the model is not offered " + STRUCTURED_OUTPUT);
      StringBuilder streamed = new StringBuilder();
      turn.forEach(event -> {
        if (event instanceof ClaudeEvent.InputDelta(_, Slice json)) {
          streamed.append(json.decode());
        }
      });
      unlessEqual(answer, JsonReader.parse(streamed.toString()));
      unlessEqual(Optional.of(answer), Examined.result(turn).structuredOutput());
      // An answer in words: what is missing is all that tells it from one that obeys.
      lab.model().plain();
      unlessEqual(Optional.empty(), Examined.result(cli.turn("Another one")).structuredOutput());
    }
  }

  private void injection() throws InterruptedException {
    try (Examined cli = lab.initialized()) {
      cli.say("one", StdinLine.Mode.HISTORY);
      unlessEqual("", Examined.result(cli.untilResult()).text());
      cli.send(StdinLine.assistant("msg_1", List.of(Examined.text("two"))));
      cli.control(TurnControls.DEFAULT, new TurnControls(Json.Null.NULL, Json.Null.NULL, Json.Null.NULL, "",
          "1000"));
      cli.turn("three");
      unlessEqual(List.of("user: one", "assistant: two", "user: three"), lab.lastRequest().conversation().lines());
    }
  }

  private void eagerFlush() throws IOException, InterruptedException {
    Launch launch = lab.launch(new Launch.Origin.Fresh());
    try (Examined cli = lab.start(launch)) {
      cli.initialize();
      lab.model().answers(_ -> Reply.Script.say("remember-me"));
      cli.turn("Hello");
      cli.process().kill();
      cli.gone();
    }
    lab.model().plain();
    unless(Files.readString(lab.transcripts().file(launch.profile().cwd(), launch.sessionId()))
        .contains("remember-me"), "the transcript does not have it");
    try (Examined cli = lab.start(new Launch(launch.profile(), launch.sessionId(), new Launch.Origin.Resume()))) {
      cli.initialize();
      cli.turn("Go on");
      unlessEqual(List.of("user: Hello", "assistant: remember-me", "user: Go on"),
          lab.lastRequest().conversation().lines());
    }
  }

  private void handwritten() throws InterruptedException {
    Launch launch = lab.launch(new Launch.Origin.Resume());
    lab.transcripts().write(launch.profile().cwd(), launch.sessionId(), List.of(
        Line.user(List.of(Examined.text("one"))), Line.assistant(List.of(Examined.text("two"))),
        Line.user(List.of(Examined.text("three"))), Line.assistant(List.of(Examined.text("four")))), Instant.now());
    try (Examined cli = lab.start(launch)) {
      cli.initialize();
      cli.turn("five");
      unlessEqual(List.of("user: one", "assistant: two", "user: three", "assistant: four", "user: five"),
          lab.lastRequest().conversation().lines());
    }
  }

  private void fork() throws InterruptedException {
    Launch parent = lab.launch(new Launch.Origin.Fresh());
    String at;
    try (Examined cli = lab.start(parent)) {
      cli.initialize();
      lab.model().answers(_ -> Reply.Script.say("first answer"));
      List<ClaudeEvent> turn = cli.turn("first");
      at = turn.stream().filter(ClaudeEvent.Assistant.class::isInstance).map(ClaudeEvent.Assistant.class::cast)
          .findFirst().orElseThrow(() -> new Unlike("no assistant line")).uuid();
      cli.turn("second");
      cli.process().close(false);
      cli.gone();
    }
    Launch fork = lab.launch(new Launch.Origin.Fork(parent.sessionId(), Optional.of(at)));
    try (Examined cli = lab.start(fork)) {
      cli.initialize();
      cli.turn("another second");
      unlessEqual(List.of("user: first", "assistant: first answer", "user: another second"),
          lab.lastRequest().conversation().lines());
      unless(lab.transcripts().exists(fork.profile().cwd(), fork.sessionId()), "it has no transcript of its own");
    } finally {
      lab.model().plain();
    }
  }

  private void cut(String reason) throws InterruptedException {
    try (Examined cli = lab.initialized()) {
      lab.model().answers(_ -> Reply.Script.say("half").stop(reason));
      cli.say("Hello", StdinLine.Mode.TURN);
      ClaudeEvent.MessageDelta end =
          (ClaudeEvent.MessageDelta) cli.until(ClaudeEvent.MessageDelta.class).getLast();
      unlessEqual(Optional.of(reason), end.stopReason());
      cli.interrupt();
      cli.untilResult();
    } finally {
      lab.model().plain();
    }
  }

  private void refusal() throws InterruptedException {
    try (Examined cli = lab.initialized()) {
      lab.model().answers(_ -> Reply.Script.say("I would rather not.").stop("refusal"));
      int before = lab.requests();
      List<ClaudeEvent> turn = cli.turn("Hello");
      unless(turn.stream().anyMatch(event -> event instanceof ClaudeEvent.MessageDelta end
          && end.stopReason().equals(Optional.of("refusal"))), "the reason was not printed");
      unlessEqual(before + 1, lab.requests());
    } finally {
      lab.model().plain();
    }
  }

  private void retries() throws InterruptedException {
    try (Examined cli = lab.initialized()) {
      lab.model().answers(_ -> Reply.ApiError.of(529, "Overloaded"));
      int before = lab.requests();
      ClaudeEvent.Result result = Examined.result(cli.turn("Hello"));
      unless(result.isError(), "the turn did not fail");
      unlessEqual(before + 1 + Laboratory.RETRIES, lab.requests());
    } finally {
      lab.model().plain();
    }
  }

  private void broken() throws InterruptedException {
    try (Examined cli = lab.initialized()) {
      lab.model().answers(_ -> Reply.Script.of(new Step.Text("half "), new Step.Drop()));
      cli.turn("Hello");
      unless(lab.lastRequest().stream(), "the answer was asked for as a whole");
    } finally {
      lab.model().plain();
    }
  }

  private void project() throws IOException, InterruptedException {
    Path project = Files.createDirectories(lab.folder().resolve("project"));
    Path ran = lab.folder().resolve("ran");
    Files.createDirectories(project.resolve(".claude"));
    Files.write(project.resolve(".claude/settings.json"), Json.object("hooks", Json.object("UserPromptSubmit",
        List.of(Json.object("hooks", List.of(Json.object("type", "command", "command", "touch " + ran))))))
        .toBytes());
    Files.writeString(project.resolve("CLAUDE.md"), "instructions-of-the-project", StandardCharsets.UTF_8);
    try (Examined cli = lab.startIn(project)) {
      cli.initialize();
      cli.turn("Hello");
      unless(!Files.exists(ran), "a hook ran");
      unless(lab.lastRequest().body().toText().contains("instructions-of-the-project"), "CLAUDE.md was not read");
    }
  }

  private void end() throws InterruptedException {
    try (Examined cli = lab.initialized()) {
      cli.turn("Hello");
      cli.process().close(false);
      cli.gone();
    }
  }
}
