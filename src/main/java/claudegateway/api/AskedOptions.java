package claudegateway.api;

import claudegateway.openai.AnswerOptions;
import java.util.LinkedHashMap;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

/**
 * How the last completions were asked to be written, for those who come back to one in mid-stream. Any
 * thread.
 */
final class AskedOptions {
  static final int REMEMBERED_MAX = 1_000;

  private final ReentrantLock lock = new ReentrantLock();
  private final LinkedHashMap<String, AnswerOptions> options = new LinkedHashMap<>();

  void remember(String completionId, AnswerOptions asked) {
    lock.lock();
    try {
      options.putIfAbsent(completionId, asked);
      if (options.size() > REMEMBERED_MAX) {
        options.pollFirstEntry();
      }
    } finally {
      lock.unlock();
    }
  }

  Optional<AnswerOptions> of(String completionId) {
    lock.lock();
    try {
      return Optional.ofNullable(options.get(completionId));
    } finally {
      lock.unlock();
    }
  }
}
