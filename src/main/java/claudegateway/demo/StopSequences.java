package claudegateway.demo;

import java.util.List;
import java.util.Optional;

/**
 * Finds the first stop sequence in a text that comes in pieces. What could be the beginning of one is held
 * back until it is known. Not thread-safe.
 */
final class StopSequences {
  private final List<String> sequences;
  private final StringBuilder held = new StringBuilder();
  private Optional<String> found = Optional.empty();

  StopSequences(List<String> sequences) {
    this.sequences = sequences.stream().filter(sequence -> !sequence.isEmpty()).toList();
  }

  /** The part of the text so far that can be said; nothing more after a sequence was found. */
  String accept(String piece) {
    held.append(piece);
    int end = held.length();
    for (String sequence : sequences) {
      int at = held.indexOf(sequence);
      if (at >= 0 && at < end) {
        end = at;
        found = Optional.of(sequence);
      }
    }
    if (found.isPresent()) {
      return take(end);
    }
    return take(held.length() - longestBeginning());
  }

  /** What was held back when nothing more comes. */
  String rest() {
    return found.isPresent() ? "" : take(held.length());
  }

  Optional<String> found() {
    return found;
  }

  private String take(int length) {
    String said = held.substring(0, length);
    held.delete(0, length);
    return said;
  }

  /** Length of the longest end of the held text with which some sequence begins. */
  private int longestBeginning() {
    int longest = 0;
    for (String sequence : sequences) {
      for (int length = Math.min(sequence.length() - 1, held.length()); length > longest; length--) {
        if (sequence.startsWith(held.substring(held.length() - length))) {
          longest = length;
        }
      }
    }
    return longest;
  }
}
