package claudegateway.pool;

import claudegateway.claude.Launch.Profile;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What the last conversations were begun with, and so what the next ones will need. For one thread at a time.
 */
final class Demand {
  /** Whose last use is further back than this many conversations does not count as in use. */
  private static final int USES_MAX = 8;

  /** Nobody has come by then. */
  private static final Duration EXPECTED_MAX = Duration.ofMinutes(10);

  private record Use(Habit habit, Burst burst) {
    static final Use NONE = new Use(Habit.NONE, Burst.NONE);
  }

  private record Expected(Profile profile, Instant until) {}

  private final int max;
  private final int burstMax;
  /** The last uses, the newest first. */
  private final ArrayDeque<Profile> uses = new ArrayDeque<>();
  /** Of those in {@link #uses}. */
  private final Map<Profile, Use> inUse = new HashMap<>();
  private Optional<Profile> first = Optional.empty();
  private Optional<Expected> expected = Optional.empty();

  /**
   * @param max processes that are wanted always
   * @param burstMax that are wanted after conversations that began together; no less
   */
  Demand(int max, int burstMax) {
    this.max = max;
    this.burstMax = burstMax;
  }

  /** The profile that is always wanted. */
  void always(Profile profile) {
    first = Optional.of(profile);
  }

  /** A conversation will begin soon, as far as can be told. Only the last one that was expected counts. */
  void expect(Profile profile, Instant now) {
    expected = Optional.of(new Expected(profile, now.plus(EXPECTED_MAX)));
  }

  /** A conversation begins; what it is told is not known yet. */
  void used(Profile profile, Instant now) {
    expected = expected.filter(other -> !other.profile.equals(profile));
    uses.addFirst(profile);
    Use before = of(profile);
    inUse.put(profile, new Use(before.habit, before.burst.then(now)));
    if (uses.size() > USES_MAX) {
      Profile longAgo = uses.removeLast();
      if (!uses.contains(longAgo)) {
        inUse.remove(longAgo);
      }
    }
  }

  /** A conversation begins that is told this. */
  void used(Profile profile, AgentSpec told, Instant now) {
    used(profile, now);
    Use use = of(profile);
    inUse.put(profile, new Use(use.habit.then(told), use.burst));
  }

  private Optional<Profile> expected(Instant now) {
    return expected.filter(soon -> now.isBefore(soon.until)).map(Expected::profile);
  }

  private Use of(Profile profile) {
    return inUse.getOrDefault(profile, Use.NONE);
  }

  Habit habit(Profile profile) {
    return of(profile).habit;
  }

  boolean isInUse(Profile profile) {
    return inUse.containsKey(profile);
  }

  /**
   * As many as may be: the default, the one that is expected, those that are in use in order, and then the last used
   * again; beyond that as many of each as began together.
   */
  List<Profile> wanted(Instant now) {
    List<Profile> wanted = new ArrayList<>(
        Stream.of(first.stream(), expected(now).stream(), uses.stream()).flatMap(each -> each).distinct().limit(max)
            .toList());
    while (!wanted.isEmpty() && wanted.size() < max) {
      wanted.add(uses.isEmpty() ? first.orElseThrow() : uses.getFirst());
    }
    uses.stream().distinct().forEach(profile -> {
      int together = of(profile).burst.size(now);
      while (together > 1 && wanted.size() < burstMax && Collections.frequency(wanted, profile) < together) {
        wanted.add(profile);
      }
    });
    return wanted;
  }
}
