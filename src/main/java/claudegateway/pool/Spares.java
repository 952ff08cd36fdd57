package claudegateway.pool;

import claudegateway.claude.ClaudeException;
import claudegateway.claude.ClaudeProcess;
import claudegateway.claude.Launch;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/**
 * Processes that are started before anybody needs them, not yet initialized: what a session's process must be told
 * (system prompt, tools, schema) it is told when it is given away, and the spare's id becomes the session's.
 *
 * <p>Kept for the default profile and those that were used last, and more of one whose conversations begin together
 * ({@link Burst}); refilled one at a time, when nobody waits for a start. Of the spares of one profile, half are
 * initialized ahead with what the next conversation is likely to be told ({@link Habit}; the CLI takes 15 to 25 ms for
 * it): such a one is only given to a conversation that is to be told exactly that. One that knows what is no longer so
 * is given to none ({@link claudegateway.claude.Surroundings}), and replaced ({@link Renewal}).
 */
public final class Spares implements AutoCloseable {
  /** Older ones are replaced: not all that changes around them is looked at. */
  private static final Duration AGE_MAX = Duration.ofMinutes(30);

  /** One that ends sooner than this, by itself, will not live longer when it is started again at once. */
  private static final Duration LIFE_MIN = Duration.ofSeconds(10);

  /** The wait after the first of them; it doubles with each, up to a minute or so. */
  private static final Duration PAUSE_MIN = Duration.ofSeconds(1);

  private static final int PAUSE_DOUBLED_MAX = 6;

  private static final System.Logger LOG = System.getLogger(Spares.class.getName());

  /** So many start side by side; the others one after the other. */
  private static final int URGENT = 2;

  /** How long one that is missing can wait for running turns to end while its profile has another. */
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private final ProcessPool pool;
  private final Renewal renewal;
  private final int max;
  private final Demand demand;
  private final InstantSource time;
  private final ReentrantLock lock = new ReentrantLock();
  private final List<Spare> ready = new ArrayList<>();
  /** Since when there have been fewer than wanted. */
  private Optional<Instant> missingSince = Optional.empty();
  private boolean closed;
  /** How many ended at once, or did not start, since one was of use. */
  private int stillborn;
  /** By the thread that refills. */
  private long pausedUntilNanos = System.nanoTime();

  /**
   * @param max that are kept always
   * @param burstMax that are kept after conversations that began together; no less
   */
  Spares(ProcessPool pool, Renewal renewal, int max, int burstMax, InstantSource time) {
    this.pool = pool;
    this.renewal = renewal;
    this.max = max;
    this.demand = new Demand(max, burstMax);
    this.time = time;
  }

  /** The profile that always has a spare. */
  public void keepFor(Launch.Profile profile) {
    learn(() -> demand.always(profile));
  }

  /** For a while this profile has a spare, until it is used. */
  public void expect(Launch.Profile profile) {
    learn(() -> demand.expect(profile, time.instant()));
  }

  /** A spare that can still be told anything; and its profile counts as the last used. */
  public Optional<ClaudeProcess> take(Launch.Profile profile) {
    renewal.conversationBegins();
    learn(() -> demand.used(profile, time.instant()));
    return upToDate(() -> remove(profile, Optional.empty()));
  }

  /** A spare of this profile that was told this, or can be; and the profile counts as the last used. */
  public Optional<ClaudeProcess> take(Launch.Profile profile, AgentSpec spec) {
    renewal.conversationBegins();
    learn(() -> demand.used(profile, spec, time.instant()));
    return upToDate(() -> remove(profile, Optional.of(spec)).or(() -> remove(profile, Optional.empty())));
  }

  private void learn(Runnable lesson) {
    lock.lock();
    try {
      lesson.run();
    } finally {
      lock.unlock();
    }
  }

  /** The first that is; those that are not are ended. Files are looked at without the lock. */
  private static Optional<ClaudeProcess> upToDate(Supplier<Optional<Spare>> each) {
    Optional<Spare> spare = each.get();
    while (spare.isPresent() && !spare.get().surroundings().isAsBefore()) {
      spare.get().close();
      spare = each.get();
    }
    return spare.map(Spare::process);
  }

  private Optional<Spare> remove(Launch.Profile profile, Optional<AgentSpec> told) {
    lock.lock();
    try {
      for (Iterator<Spare> each = ready.iterator(); each.hasNext(); ) {
        Spare spare = each.next();
        if (spare.told().equals(told) && spare.profile().equals(profile)) {
          each.remove();
          if (spare.process().isAlive()) {
            stillborn = 0;
            return Optional.of(spare);
          }
        }
      }
      return Optional.empty();
    } finally {
      lock.unlock();
    }
  }

  private List<Spare> ready() {
    lock.lock();
    try {
      return List.copyOf(ready);
    } finally {
      lock.unlock();
    }
  }

  public int count() {
    return ready().size();
  }

  /** Ends the oldest spare to make room; empty when there is none. */
  Optional<ClaudeProcess> evictOne() {
    lock.lock();
    try {
      if (ready.isEmpty()) {
        return Optional.empty();
      }
      Spare oldest = ready.removeFirst();
      oldest.close();
      return Optional.of(oldest.process());
    } finally {
      lock.unlock();
    }
  }

  /** Ends all that are ready: what they knew when they started, such as a login, is no longer so. */
  public void drop() {
    lock.lock();
    try {
      ready.forEach(Spare::close);
      ready.clear();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Drops dead, old and outdated ones, starts at most one new one and initializes at most one; called every second or
   * so, on a platform thread. Those beyond the first {@value #URGENT} start one after the other, so that running turns
   * have the other cores. Returns whether anything was to be done: then there may be more.
   *
   * @param turnsRun a start takes most of a core for half a second: what is said or stopped meanwhile comes late, so
   *     what has time waits for the end of these turns, or for {@link #PATIENCE}
   */
  public boolean refill(boolean turnsRun) {
    boolean changed;
    boolean hurry;
    boolean waits;
    Optional<Launch.Profile> missing;
    Set<Spare> outdated = renewal.of(ready(), turnsRun);
    lock.lock();
    try {
      Instant now = time.instant();
      changed = ready.removeIf(spare -> {
        boolean replaced = isOld(spare, now) || isToldWhatNobodyIs(spare) || outdated.contains(spare);
        if (replaced) {
          spare.close();
        } else if (!spare.process().isAlive()) {
          died(spare);
        }
        return replaced || !spare.process().isAlive();
      });
      changed |= initializeOne();
      List<Launch.Profile> wanted = demand.wanted(now);
      changed |= ready.size() > wanted.size() && surplusCloses(wanted);
      missing = closed ? Optional.empty()
          : missing(wanted).filter(_ -> ready.size() < wanted.size() || surplusCloses(wanted));
      hurry = ready.size() < Math.min(max, URGENT);
      missingSince = missing.flatMap(_ -> missingSince.or(() -> Optional.of(now)));
      waits = turnsRun && missing.filter(this::canWait).isPresent();
    } finally {
      lock.unlock();
    }
    Optional<Spare> started = missing.filter(_ -> !waits && !isPaused() && (hurry || !pool.isStarting()))
        .flatMap(this::start);
    started.ifPresent(this::add);
    return changed || started.isPresent() || waits || (missing.isPresent() && pool.isStarting());
  }

  private Optional<Spare> start(Launch.Profile profile) {
    try {
      return pool.startSpare(profile, UUID.randomUUID().toString());
    } catch (ClaudeException failed) {
      pause("could not be started: " + failed.getMessage());
      return Optional.empty();
    }
  }

  private void died(Spare spare) {
    if (spare.process().startedAt().isAfter(Instant.now().minus(LIFE_MIN))) {
      pause("ended as soon as it was started");
    } else {
      stillborn = 0;
    }
  }

  /** What cannot start, or does not live, is not tried again and again. */
  private void pause(String why) {
    Duration pause;
    lock.lock();
    try {
      pause = PAUSE_MIN.multipliedBy(1L << Math.min(stillborn, PAUSE_DOUBLED_MAX));
      stillborn++;
      pausedUntilNanos = System.nanoTime() + pause.toNanos();
    } finally {
      lock.unlock();
    }
    LOG.log(Level.WARNING, "a spare process {0}; the next one is started in {1} s", why, pause.toSeconds());
  }

  private boolean isPaused() {
    return System.nanoTime() - pausedUntilNanos < 0;
  }

  private boolean canWait(Launch.Profile profile) {
    return !of(profile).isEmpty()
        && missingSince.filter(since -> Duration.between(since, time.instant()).abs().compareTo(PATIENCE) < 0)
        .isPresent();
  }

  private void add(Spare spare) {
    lock.lock();
    try {
      if (closed) {
        spare.close();
      } else {
        ready.add(spare);
      }
    } finally {
      lock.unlock();
    }
  }

  /** Either way: a clock may have been put back. */
  private static boolean isOld(Spare spare, Instant now) {
    return Duration.between(spare.since(), now).abs().compareTo(AGE_MAX) > 0;
  }

  private boolean isToldWhatNobodyIs(Spare spare) {
    return spare.told().filter(told -> !demand.habit(spare.profile()).includes(told)).isPresent();
  }

  /** Half of those of a profile, never its only one: the next conversation may be told something else. */
  private boolean initializeOne() {
    for (int i = 0; i < ready.size(); i++) {
      Spare spare = ready.get(i);
      Optional<AgentSpec> expected = demand.habit(spare.profile()).expected();
      List<Spare> alike = of(spare.profile());
      long told = alike.stream().filter(other -> other.told().isPresent()).count();
      if (expected.isPresent() && spare.told().isEmpty() && told < alike.size() / 2) {
        ready.set(i, spare.tell(expected.get()));
        return true;
      }
    }
    return false;
  }

  /** The profile of the next spare to be started; empty when all are there that are wanted. */
  private Optional<Launch.Profile> missing(List<Launch.Profile> wanted) {
    return wanted.stream().filter(profile -> of(profile).size() < Collections.frequency(wanted, profile)).findFirst();
  }

  private List<Spare> of(Launch.Profile profile) {
    return ready.stream().filter(spare -> spare.profile().equals(profile)).toList();
  }

  /**
   * Makes room for one that is missing, where there is one too many: of several of a profile, one that was told
   * something, or one of a profile that is no longer in use. One that is in use keeps its only one, also when there
   * are more such profiles than spares: they would take each other's place for ever.
   */
  private boolean surplusCloses(List<Launch.Profile> wanted) {
    Optional<Spare> surplus = ready.stream()
        .filter(spare -> of(spare.profile()).size() > Math.max(Collections.frequency(wanted, spare.profile()),
            demand.isInUse(spare.profile()) ? 1 : 0))
        .min(Comparator.comparing(spare -> spare.told().isEmpty()));
    surplus.ifPresent(spare -> {
      ready.remove(spare);
      spare.close();
    });
    return surplus.isPresent();
  }

  @Override
  public void close() {
    lock.lock();
    try {
      closed = true;
      ready.forEach(Spare::close);
      ready.clear();
    } finally {
      lock.unlock();
    }
  }
}
