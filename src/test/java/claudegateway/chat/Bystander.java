package claudegateway.chat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * A session that streams while something happens to others, turn after turn; its deltas carry the time of their
 * writing.
 */
final class Bystander implements AutoCloseable {
  private static final int DELTAS = 100;
  private static final int EVERY_MILLIS = 10;

  private final Engine engine;
  private final String session;
  private final List<Long> delaysNanos = new ArrayList<>();
  private final CompletableFuture<Void> done = new CompletableFuture<>();
  private volatile boolean enough;

  Bystander(Engine engine) {
    this.engine = engine;
    this.session = engine.say("#say watching").session();
    Thread.ofPlatform().name("bystander").start(() -> {
      try {
        while (!enough) {
          streamOne();
        }
        done.complete(null);
      } catch (Throwable failed) {
        done.completeExceptionally(failed);
      }
    });
  }

  private void streamOne() {
    Engine.Said said = engine.say(session, "#timestamp " + DELTAS + " " + EVERY_MILLIS);
    if (!(said.last() instanceof TurnEvent.Finished)) {
      throw new AssertionError("the bystander's answer: " + said);
    }
    String[] written = said.text().strip().split(" ");
    if (written.length != DELTAS) {
      throw new AssertionError("the bystander got " + written.length + " of " + DELTAS + " deltas");
    }
    int delta = 0;
    for (int i = 0; i < said.events().size(); i++) {
      if (said.events().get(i) instanceof TurnEvent.Text(var json)) {
        long seen = said.nanos().get(i);
        for (String time : json.decode().strip().split(" ")) {
          delaysNanos.add(seen - Long.parseLong(time));
          delta++;
        }
      }
    }
    if (delta != DELTAS) {
      throw new AssertionError("deltas were cut: " + said.text());
    }
  }

  /** From the CLI's write to the client's read, in milliseconds, the worst but so many of a hundred. */
  double percentileMillis(int percent) {
    List<Long> sorted = delaysNanos.stream().sorted().toList();
    return sorted.get((int) ((sorted.size() - 1) * (percent / 100.0))) / 1e6;
  }

  int deltas() {
    return delaysNanos.size();
  }

  /** Lets it finish its answer; throws what went wrong. */
  @Override
  public void close() {
    enough = true;
    done.join();
  }
}
