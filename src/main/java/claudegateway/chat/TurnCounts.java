package claudegateway.chat;

import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.locks.ReentrantLock;

/** What ended turns add up to since the start. Any thread. */
final class TurnCounts {
  private static final int MODELS_MAX = 100;

  private final ReentrantLock lock = new ReentrantLock();
  private final Map<String, Long> ended = new TreeMap<>();
  private final Map<String, ChatFigures.Used> models = new TreeMap<>();
  private long deltas;

  void add(TurnEvent last, String model, Usage usage, long events) {
    String how = switch (last) {
      case TurnEvent.Finished(FinishReason reason, _, _) -> reason.name();
      case TurnEvent.Failed(Failure failure) -> failure.kind().name();
      default -> throw new AssertionError("not the last event: " + last);
    };
    lock.lock();
    try {
      ended.merge(how.toLowerCase(Locale.ROOT), 1L, Long::sum);
      deltas += events;
      if (!model.isEmpty() && (models.containsKey(model) || models.size() < MODELS_MAX)) {
        models.put(model, models.getOrDefault(model, ChatFigures.Used.NOTHING).plus(usage));
      }
    } finally {
      lock.unlock();
    }
  }

  Map<String, Long> ended() {
    lock.lock();
    try {
      return Map.copyOf(ended);
    } finally {
      lock.unlock();
    }
  }

  Map<String, ChatFigures.Used> models() {
    lock.lock();
    try {
      return Map.copyOf(models);
    } finally {
      lock.unlock();
    }
  }

  long deltas() {
    lock.lock();
    try {
      return deltas;
    } finally {
      lock.unlock();
    }
  }
}
