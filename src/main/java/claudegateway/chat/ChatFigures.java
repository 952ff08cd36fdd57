package claudegateway.chat;

import java.util.Map;
import java.util.OptionalLong;

/**
 * The engine in figures, as they are now; counts are since the start.
 *
 * @param ended turns by their end: a finish reason or a kind of failure, lower case
 * @param deltas events of ended turns
 * @param models what each answering model used
 * @param processes live ones, spares included
 * @param chargedBytes what they count for in the budget of {@code chargedMax}
 * @param queued requests that wait for a process
 * @param residentBytes of the processes; empty where the machine does not tell
 */
public record ChatFigures(
    int runningTurns,
    Map<String, Long> ended,
    long deltas,
    Map<String, Used> models,
    int processes,
    int processesMax,
    long chargedBytes,
    long chargedMax,
    int spares,
    int queued,
    long started,
    long evicted,
    OptionalLong residentBytes) {

  /** Tokens and US dollars. */
  public record Used(long input, long output, long cacheRead, long cacheCreation, double cost) {
    static final Used NOTHING = new Used(0, 0, 0, 0, 0);

    Used plus(Usage turn) {
      return new Used(input + turn.inputTokens(), output + turn.outputTokens(), cacheRead + turn.cacheReadTokens(),
          cacheCreation + turn.cacheCreationTokens(), cost + turn.costUsd());
    }
  }

  public ChatFigures {
    ended = Map.copyOf(ended);
    models = Map.copyOf(models);
  }
}
