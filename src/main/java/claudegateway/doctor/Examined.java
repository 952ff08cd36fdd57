package claudegateway.doctor;

import claudegateway.claude.AgentControl;
import claudegateway.claude.ClaudeEvent;
import claudegateway.claude.ClaudeLauncher;
import claudegateway.claude.ClaudeProcess;
import claudegateway.claude.Launch;
import claudegateway.claude.StdinLine;
import claudegateway.claude.TurnControls;
import claudegateway.json.Json;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** One CLI that is being looked at; used by one thread. */
final class Examined implements ClaudeProcess.Listener, AutoCloseable {
  /** No event takes longer on any machine that is of use. */
  static final Duration EVENT_MAX = Duration.ofSeconds(15);

  private final ClaudeProcess process;
  private final BlockingQueue<ClaudeEvent> events = new LinkedBlockingQueue<>();

  Examined(ClaudeLauncher launcher, Launch launch) {
    process = launcher.start(launch);
    process.listener(this);
  }

  ClaudeProcess process() {
    return process;
  }

  Json.Obj initialize() throws InterruptedException {
    return initialize(Json.Obj.EMPTY);
  }

  Json.Obj initialize(Json.Obj more) throws InterruptedException {
    Json.Obj settings = AgentControl.initializeSettings();
    for (var field : more.fields().entrySet()) {
      settings = settings.with(field.getKey(), field.getValue());
    }
    return answered("initialize", process.initialize(settings));
  }

  void control(TurnControls before, TurnControls after) throws InterruptedException {
    for (Json.Obj request : after.requestsAfter(before)) {
      answered(request.toText(), process.ask(request, EVENT_MAX));
    }
  }

  /** Events that nobody has looked at yet. */
  int unseen() {
    return events.size();
  }

  void send(byte[] line) {
    Unlike.unless(process.send(line), "it has ended");
  }

  void say(String text, StdinLine.Mode mode) {
    send(StdinLine.user(UUID.randomUUID().toString(), List.of(text(text)), mode, false));
  }

  static Json.Obj text(String text) {
    return Json.object("type", "text", "text", text);
  }

  /** Says something and returns all that it prints, the result last. */
  List<ClaudeEvent> turn(String text) throws InterruptedException {
    say(text, StdinLine.Mode.TURN);
    return untilResult();
  }

  List<ClaudeEvent> untilResult() throws InterruptedException {
    return until(ClaudeEvent.Result.class);
  }

  /** All up to the first event of that kind. */
  List<ClaudeEvent> until(Class<? extends ClaudeEvent> kind) throws InterruptedException {
    List<ClaudeEvent> seen = new ArrayList<>();
    do {
      ClaudeEvent next = events.poll(EVENT_MAX.toMillis(), TimeUnit.MILLISECONDS);
      if (next == null) {
        throw new Unlike("no " + kind.getSimpleName() + " within " + EVENT_MAX.toSeconds() + " s after "
            + names(seen));
      }
      seen.add(next);
    } while (!kind.isInstance(seen.getLast()));
    return seen;
  }

  static List<String> names(List<ClaudeEvent> events) {
    return events.stream().map(event -> event.getClass().getSimpleName()).toList();
  }

  static ClaudeEvent.Result result(List<ClaudeEvent> turn) {
    return (ClaudeEvent.Result) turn.getLast();
  }

  void interrupt() throws InterruptedException {
    answered("interrupt", process.interrupt());
  }

  private static Json.Obj answered(String what, CompletableFuture<Json.Obj> answer) throws InterruptedException {
    try {
      return answer.get(EVENT_MAX.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException | TimeoutException not) {
      throw new Unlike("no answer to " + what + ": " + (not.getCause() == null ? not : not.getCause()).getMessage());
    }
  }

  /** Waits until it is gone. */
  void gone() throws InterruptedException {
    try {
      process.exited().get(EVENT_MAX.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException | TimeoutException not) {
      throw new Unlike("it does not end");
    }
  }

  /** Questions to the host are answered already, in between whatever it prints. */
  @Override
  public void event(ClaudeEvent event) {
    if (!(event instanceof ClaudeEvent.ControlRequest)) {
      events.add(event);
    }
  }

  @Override
  public void exited(String why) {
    events.add(new ClaudeEvent.Other("exit", why));
  }

  @Override
  public void close() {
    process.kill();
  }
}
