package claudegateway.chat;

import claudegateway.claude.ClaudeEvent;
import claudegateway.claude.ClaudeEvent.Block;
import claudegateway.claude.ClientTool;
import claudegateway.claude.TokenCount;
import claudegateway.json.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Translates what the CLI says during one turn into the turn's log, and finds out how it ended.
 *
 * <p>On the child's reader thread. What a client has been shown is never followed by a second beginning: when the
 * CLI gives a streamed message up and asks again (2.1.330), the turn ends with an error.
 */
final class TurnRelay {
  private static final Failure BROKEN_OFF = Failure.of(Failure.Kind.UPSTREAM_FAILED,
      "The connection to the model's API broke in the middle of the answer.");

  private final Turn turn;
  private final Optional<StructuredAnswer> structured;
  private final Consumer<TurnRelay> stop;
  private final Consumer<Outcome> ended;

  private final AnswerWriter writer;
  private final AgentWork work;
  private final List<Json.Obj> denials = new ArrayList<>();
  private boolean started;
  private final StreamedTokens tokens = new StreamedTokens();
  private long retryAfterMillis;
  private String syntheticError = "";
  private String model = "";
  private String lastUuid = "";
  private boolean saidMore;

  private final long begunNanos = System.nanoTime();
  private volatile long heardNanos = begunNanos;
  private volatile boolean heard;
  private volatile Ending forced;
  private volatile long forcedNanos;
  private volatile boolean interrupted;
  private volatile boolean over;
  private Consumer<String> restart;

  /** An end that we decided on before the CLI's own; the rest of what it says is not passed on. */
  private sealed interface Ending {
    record Fail(Failure failure) implements Ending {}

    record Length() implements Ending {}
  }

  /**
   * @param todos of the process that the turn runs in
   * @param stop interrupts the CLI where it has this turn; any thread, returns at once
   * @param ended is told once how the turn ended; it appends the last event
   */
  TurnRelay(Turn turn, ToolNames names, boolean thinkingShown, Optional<StructuredAnswer> structured,
      Supplier<TodoList> todos, Consumer<TurnRelay> stop, Consumer<Outcome> ended) {
    this.turn = turn;
    this.structured = structured;
    this.stop = stop;
    this.ended = ended;
    this.writer = new AnswerWriter(turn, names, thinkingShown, structured, this::isStopping, this::fail);
    this.work = new AgentWork(todos, this::activity);
  }

  Turn turn() {
    return turn;
  }

  /** Ends the turn before its time, unless it is over; any thread. The first reason counts. */
  void fail(Failure failure) {
    force(new Ending.Fail(failure), true);
  }

  /** The same, when the CLI is stopped by another means. */
  void replaced(Failure failure) {
    force(new Ending.Fail(failure), false);
  }

  private void force(Ending ending, boolean interrupt) {
    synchronized (this) {
      if (forced != null || over) {
        return;
      }
      forcedNanos = System.nanoTime();
      forced = ending;
      interrupted = interrupt;
    }
    if (interrupt) {
      stop.accept(this);
    }
  }

  /** Nanoseconds since the CLI last said something, since the turn began if it has not. */
  long silentNanos(long now) {
    return now - heardNanos;
  }

  boolean hasBegun() {
    return heard;
  }

  /** Whether it waits for its first token, and has not done so for long. */
  boolean isStarting(long now, long nanosMax) {
    return !over && writer.firstTokenNanos() == 0 && now - begunNanos < nanosMax;
  }

  /** As far as the stream has told; any thread. */
  TokenCount tokensSoFar() {
    return tokens.total();
  }

  boolean runsTool() {
    return work.runsTool();
  }

  boolean isOver() {
    return over;
  }

  /** Whether its end was decided on before the CLI's own. */
  boolean isStopping() {
    return forced != null;
  }

  /** Nanoseconds since the end was forced; 0 when it was not. */
  long forcedForNanos(long now) {
    return forced == null ? 0 : Math.max(1, now - forcedNanos);
  }

  /** One line of the CLI. Returns whether the turn is over with it. */
  boolean event(ClaudeEvent event) {
    heardNanos = System.nanoTime();
    if (over) {
      return true;
    }
    switch (event) {
      case ClaudeEvent.Result result -> {
        if (!heard || result.stopReason().filter("tool_deferred_unavailable"::equals).isPresent()) {
          return false;
        }
        if (end()) {
          ended.accept(outcome(result));
        }
        return true;
      }
      case ClaudeEvent.Init init -> {
        begun();
        if (interrupted) {
          // An interrupt that came before the CLI had begun with the turn may be lost.
          stop.accept(this);
        }
      }
      case ClaudeEvent.Assistant assistant -> assistant(assistant);
      case ClaudeEvent.User user -> user(user);
      case ClaudeEvent.MessageStart(_, String by, TokenCount usage) -> {
        tokens.begins(usage);
        model = by;
        if (forced == null && !started) {
          started = true;
          turn.add(new TurnEvent.Started(by));
        }
      }
      case ClaudeEvent.MessageDelta(Optional<String> reason, TokenCount usage) -> {
        tokens.reports(usage, reason.isPresent());
        if (forced == null && reason.filter("max_tokens"::equals).isPresent()) {
          // The CLI would ask the model to go on, three times, and then fail.
          writer.flush();
          force(new Ending.Length(), true);
        }
      }
      case ClaudeEvent.ApiRetry(int attempt, Optional<Integer> status, String error, long delay) -> {
        retryAfterMillis = delay;
        if (writer.hasShownPart()) {
          brokenOff();
        } else {
          activity("retry", Json.object("attempt", attempt, "status", status.map(Json::of).orElse(Json.Null.NULL),
              "error", error, "delay_ms", delay));
        }
      }
      case ClaudeEvent.MessageStop(boolean abandoned) -> {
        if (abandoned && writer.hasShownPart()) {
          brokenOff();
        } else {
          writer.messageEnds();
        }
      }
      // A part of the answer may be gone with it: the rest must not look like the whole.
      case ClaudeEvent.Unreadable(_, boolean torn) -> {
        if (torn) {
          fail(Failure.of(Failure.Kind.AGENT_FAILED, "Claude Code printed a broken line in the middle of the turn."));
        }
      }
      case ClaudeEvent.TooLong(long bytes) -> fail(Failure.of(Failure.Kind.LIMIT_EXCEEDED,
          "Claude Code printed a line of " + (bytes >> 20) + " MiB, more than this gateway reads."));
      case ClaudeEvent.Task task -> work.task(task);
      default -> {
        if (forced == null) {
          writer.delta(event);
        }
      }
    }
    return false;
  }

  /** The CLI has nothing more to say for now: who reads the turn is told what it said. */
  void caughtUp() {
    turn.announce();
  }

  /** What to do, once, when the process ends before it has begun with the turn; it is told why, for people. */
  synchronized void onLost(Consumer<String> action) {
    restart = action;
  }

  /** From here on no other process may be told of the turn, and nobody holds on to its message any more. */
  private synchronized void begun() {
    heard = true;
    restart = null;
  }

  private synchronized Optional<Consumer<String>> restart() {
    Optional<Consumer<String>> due = Optional.ofNullable(restart).filter(_ -> !heard && forced == null && !over);
    restart = null;
    return due;
  }

  /** Another process is about to be told of the turn. */
  void restarted() {
    heardNanos = System.nanoTime();
  }

  /** The process is gone. */
  void exited(String why) {
    Optional<Consumer<String>> again = restart();
    if (again.isPresent()) {
      again.get().accept(why);
    } else if (end()) {
      Failure failure = forced instanceof Ending.Fail(Failure reason) ? reason : Failure.of(Failure.Kind.AGENT_FAILED,
          "The claude process ended in the middle of the turn" + why);
      ended.accept(new Outcome(new TurnEvent.Failed(failure), writer.answer(), model, lastUuid,
          firstTokenMillis(), tokens, Optional.empty(), false, true));
    }
  }

  /**
   * Between this and the turn's last event nobody else says anything.
   *
   * @return whether it was not over yet: the reader thread and whoever notices that the process is gone may come
   *     together
   */
  private synchronized boolean end() {
    boolean first = !over;
    over = true;
    return first;
  }

  /** Says which tools run and for how long, now and then; not on the reader thread. */
  synchronized void progress(long now) {
    if (!over && !turn.isFull()) {
      work.progress(now);
      turn.announce();
    }
  }

  private void brokenOff() {
    fail(BROKEN_OFF);
  }

  private void activity(String kind, Json.Obj detail) {
    if (forced == null) {
      writer.append(new TurnEvent.Activity(kind, detail));
    }
  }

  /** From the turn's beginning; -1 when there was none. Any thread. */
  long firstTokenMillis() {
    long first = writer.firstTokenNanos();
    return first == 0 ? -1 : (first - begunNanos) / 1_000_000;
  }

  private void assistant(ClaudeEvent.Assistant line) {
    if (line.parentToolUseId().isEmpty()) {
      ends(line.uuid());
      line.error().ifPresent(error -> syntheticError = error);
    }
    for (Block block : line.blocks()) {
      if (block instanceof Block.ToolUse call) {
        if (!ClientTool.isClientTool(call.name()) && !writer.isStructuredAnswer(call.name())) {
          work.begins(call, line.parentToolUseId());
        }
      } else if (block instanceof Block.Text text && line.parentToolUseId().isPresent()) {
        work.says(text, line.parentToolUseId().get());
      }
    }
  }

  /** The turn's last line until now. Behind an answer that had its length nothing counts that the CLI adds. */
  private void ends(String uuid) {
    if (forced instanceof Ending.Length) {
      saidMore = true;
    } else {
      lastUuid = uuid;
    }
  }

  private void user(ClaudeEvent.User line) {
    if (line.parentToolUseId().isEmpty()) {
      ends(line.uuid());
    }
    for (Block block : line.blocks()) {
      if (block instanceof Block.ToolResult result) {
        work.ends(result, line.parentToolUseId());
      }
    }
  }

  private Outcome outcome(ClaudeEvent.Result result) {
    writer.flush();
    for (Json denial : result.permissionDenials()) {
      if (denial instanceof Json.Obj refused) {
        denials.add(refused);
        activity("permission_denied", refused);
      }
    }
    Verdict verdict = new Verdict(writer, structured, denials, syntheticError, retryAfterMillis);
    TurnEvent last = switch (forced) {
      // The CLI may have ended by itself meanwhile, and knows better what broke the stream.
      case Ending.Fail(Failure failure) when failure == BROKEN_OFF && result.apiErrorStatus().isPresent() ->
          verdict.of(result);
      case Ending.Fail(Failure failure) -> new TurnEvent.Failed(failure);
      case Ending.Length() -> verdict.finished(FinishReason.LENGTH);
      case null -> verdict.of(result);
    };
    return new Outcome(last, writer.answer(), model, lastUuid, firstTokenMillis(), tokens, Optional.of(result),
        saidMore, false);
  }
}
