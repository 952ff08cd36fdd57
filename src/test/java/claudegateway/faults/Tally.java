package claudegateway.faults;

import java.util.ArrayList;
import java.util.List;

/** What one fault did. Any thread. */
final class Tally {
  private static final int TOLD_MAX = 20;

  private final List<String> complaints = new ArrayList<>();
  private final List<String> notes = new ArrayList<>();
  private int injected;
  private int lost;
  private int stuck;
  private int orphans;
  private int wrong;
  private double bystanderMillis = -1;
  private boolean skipped;

  synchronized void injected() {
    injected++;
  }

  /** Something acknowledged is gone, cut or there twice. */
  synchronized void lost(String what) {
    lost++;
    complain("lost: " + what);
  }

  /** Something does not end, answer or go on. */
  synchronized void stuck(String what) {
    stuck++;
    complain("stuck: " + what);
  }

  /** A process of ours outlived what it belonged to. */
  synchronized void orphan(String what) {
    orphans++;
    complain("orphan: " + what);
  }

  /** Any other broken promise, such as a failure that looks like an answer. */
  synchronized void wrong(String what) {
    wrong++;
    complain("wrong: " + what);
  }

  /** A measurement that belongs below the table. */
  synchronized void note(String text) {
    notes.add(text);
  }

  /** It could not be tried on this machine. */
  synchronized void skip(String why) {
    skipped = true;
    notes.add("SKIPPED: " + why);
  }

  /** From the agent's write to the client's read, the worst. */
  synchronized void bystander(double millis) {
    bystanderMillis = Math.max(bystanderMillis, millis);
  }

  private void complain(String text) {
    if (complaints.size() < TOLD_MAX) {
      complaints.add(text);
    }
  }

  synchronized boolean failed() {
    return lost + stuck + orphans + wrong > 0 || injected == 0 && !skipped;
  }

  synchronized String row(String name, long seconds) {
    String worst = bystanderMillis < 0 ? "-" : "%.0f ms".formatted(bystanderMillis);
    return "%-44s %8d %6d %6d %8d %6d %10s %6d s  %s".formatted(name, injected, lost, stuck, orphans, wrong, worst,
        seconds, skipped ? "skipped" : failed() ? "FAILED" : "ok");
  }

  static String head() {
    return "%-44s %8s %6s %6s %8s %6s %10s %8s".formatted("fault", "injected", "lost", "stuck", "orphans", "wrong",
        "bystander", "took");
  }

  synchronized List<String> remarks() {
    List<String> all = new ArrayList<>(notes);
    all.addAll(complaints);
    return all;
  }
}
