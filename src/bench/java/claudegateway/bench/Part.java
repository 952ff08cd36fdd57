package claudegateway.bench;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** One group of measurements. */
@FunctionalInterface
interface Part {
  /** Measures, and tells the report as soon as something is known. */
  void run(Lab lab, Report report) throws Exception;

  /** In the order in which they run: what is most sensitive to a warm machine comes last. */
  Map<String, Part> ALL = all();

  List<String> NAMES = List.copyOf(ALL.keySet());

  /** Those of a quick run; the others take long. */
  List<String> QUICK = NAMES.stream().filter(name -> !List.of("real-relay", "at-once").contains(name)).toList();

  private static Map<String, Part> all() {
    Map<String, Part> parts = new LinkedHashMap<>();
    parts.put("start", new StartUp());
    parts.put("first-token", new FirstToken());
    parts.put("at-once", new AtOnce());
    parts.put("relay", new Relay());
    parts.put("real-relay", new RealRelay());
    parts.put("throughput", new Throughput());
    parts.put("tokenizer", new TokenizerSpeed());
    parts.put("requests", new SmallRequests());
    parts.put("scale", new Scale());
    parts.put("history", new HistoryMatch());
    return parts;
  }
}
