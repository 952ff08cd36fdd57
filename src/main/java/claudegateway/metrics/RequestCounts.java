package claudegateway.metrics;

import claudegateway.http.AccessRecord;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.DoubleAdder;
import java.util.concurrent.atomic.LongAdder;

/** Requests since the start. As many entries as there are routes times statuses: paths of clients make none. */
public final class RequestCounts implements AccessRecord.Listener {
  private record Kind(String route, int status) {}

  private static final class Total {
    final LongAdder count = new LongAdder();
    final DoubleAdder seconds = new DoubleAdder();
  }

  private final Map<Kind, Total> totals = new ConcurrentHashMap<>();
  private final Histogram firstTokens = new Histogram();
  private final LongAdder limited = new LongAdder();
  private final LongAdder cut = new LongAdder();

  @Override
  public void finished(AccessRecord request) {
    Total total = totals.computeIfAbsent(new Kind(request.route(), request.status()), _ -> new Total());
    total.count.increment();
    total.seconds.add(request.total().toNanos() / 1e9);
    if (request.cut()) {
      cut.increment();
    }
    if (request.notes().containsKey("limited")) {
      limited.increment();
    }
    String first = request.notes().get("first_token_ms");
    if (first != null) {
      firstTokens.add(Duration.ofMillis(Long.parseLong(first)));
    }
  }

  void write(Exposition out) {
    List<Map.Entry<Kind, Total>> all = totals.entrySet().stream().sorted(Comparator.comparing(
        entry -> entry.getKey().route() + ' ' + entry.getKey().status())).toList();
    out.family("requests_total", "counter", "Requests answered, by route and status; 499: the client left before.");
    all.forEach(entry -> out.sample(entry.getValue().count.sum(), labels(entry.getKey())));
    out.family("request_seconds_total", "counter", "Time that those requests took.");
    all.forEach(entry -> out.sample(entry.getValue().seconds.sum(), labels(entry.getKey())));
    out.counter("requests_cut_total", "Requests whose client did not get all of the answer.", cut.sum());
    out.counter("rate_limited_total", "Requests refused by the rate limit.", limited.sum());
    out.family("first_token_seconds", "histogram", "From a chat request to the model's first token.");
    firstTokens.write(out);
  }

  private static String[] labels(Kind kind) {
    return new String[] {"route", kind.route().isEmpty() ? "none" : kind.route(),
        "status", Integer.toString(kind.status())};
  }
}
