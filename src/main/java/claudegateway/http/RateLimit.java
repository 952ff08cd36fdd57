package claudegateway.http;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;

/**
 * A token bucket for each API key, or for each address where none was presented. Open routes don't count.
 *
 * <p>Answers carry OpenAI's {@code x-ratelimit-*-requests} headers; a refusal is a 429 with
 * {@code Retry-After}.
 */
final class RateLimit implements Filter {
  /** Buckets that are remembered; the one that was not used for longest is forgotten first. */
  static final int BUCKETS_MAX = 10_000;
  private static final double NANOS_PER_MINUTE = 60e9;

  private final int perMinute;
  private final int burst;
  private final LongSupplier clock;
  private final ReentrantLock lock = new ReentrantLock();
  private final Map<String, Bucket> buckets = new LinkedHashMap<>(16, 0.75f, true) {
    private static final long serialVersionUID = 1;

    @Override
    protected boolean removeEldestEntry(Map.Entry<String, Bucket> eldest) {
      return size() > BUCKETS_MAX;
    }
  };

  private static final class Bucket {
    double tokens;
    long filledAt;
  }

  /**
   * @param perMinute tokens that come back in a minute
   * @param burst tokens that a bucket holds
   * @param clock nanoseconds, from any origin
   */
  RateLimit(int perMinute, int burst, LongSupplier clock) {
    if (perMinute < 1 || burst < 1) {
      throw new IllegalArgumentException("a rate limit needs positive numbers");
    }
    this.perMinute = perMinute;
    this.burst = burst;
    this.clock = clock;
  }

  @Override
  public void filter(Exchange exchange, Handler next) throws Exception {
    if (!exchange.route().map(Route::open).orElse(false)) {
      String key = exchange.principal().isEmpty()
          ? "address " + network(exchange.remoteAddress().getAddress())
          : "key " + exchange.principal();
      double left = take(key);
      exchange.header("x-ratelimit-limit-requests", Integer.toString(Math.max(perMinute, burst)));
      exchange.header("x-ratelimit-remaining-requests", Integer.toString((int) Math.max(0, left)));
      exchange.header("x-ratelimit-reset-requests", seconds(timeFor(burst - Math.max(0, left))));
      if (left < 0) {
        exchange.note("limited", "rate");
        throw HttpError.rateLimited("Too many requests: " + perMinute + " a minute, " + burst + " at once",
            timeFor(-left));
      }
      exchange.onGiveBackToken(() -> giveBack(key));
    }
    next.handle(exchange);
  }

  /** Tokens that are left after taking one; negative, by what is missing, when there was none to take. */
  private double take(String key) {
    lock.lock();
    try {
      Bucket bucket = filled(key);
      if (bucket.tokens < 1) {
        return bucket.tokens - 1;
      }
      return --bucket.tokens;
    } finally {
      lock.unlock();
    }
  }

  private void giveBack(String key) {
    lock.lock();
    try {
      Bucket bucket = filled(key);
      bucket.tokens = Math.min(burst, bucket.tokens + 1);
    } finally {
      lock.unlock();
    }
  }

  private Bucket filled(String key) {
    long now = clock.getAsLong();
    Bucket bucket = buckets.get(key);
    if (bucket == null) {
      bucket = new Bucket();
      bucket.tokens = burst;
      buckets.put(key, bucket);
    } else {
      bucket.tokens = Math.min(burst, bucket.tokens + (now - bucket.filledAt) * perMinute / NANOS_PER_MINUTE);
    }
    bucket.filledAt = now;
    return bucket;
  }

  private Duration timeFor(double tokens) {
    return Duration.ofNanos((long) Math.ceil(tokens * NANOS_PER_MINUTE / perMinute));
  }

  /** As OpenAI writes it: {@code 1.2s}, {@code 6m0s}. */
  private static String seconds(Duration time) {
    long tenths = (time.toMillis() + 99) / 100;
    String rest = tenths % 600 / 10 + (tenths % 10 == 0 ? "" : "." + tenths % 10) + "s";
    return tenths < 600 ? rest : tenths / 600 + "m" + rest;
  }

  /** One IPv6 customer has a whole /64. */
  private static String network(InetAddress address) {
    return address instanceof Inet6Address
        ? HexFormat.of().formatHex(Arrays.copyOf(address.getAddress(), 8))
        : address.getHostAddress();
  }
}
