package claudegateway.bench;

import claudegateway.json.Json;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What was measured: printed for people as it comes, kept for programs. One thread. */
final class Report {
  private static final int LABEL_WIDTH = 62;
  private static final int CELL_WIDTH = 11;

  private final PrintStream out;
  private final Map<String, Json> facts = new LinkedHashMap<>();
  private final List<Json> rows = new ArrayList<>();
  private final List<Verdict> verdicts = new ArrayList<>();
  private String part = "";
  private List<String> columns = List.of();

  private record Verdict(String figure, double value, String unit, Target target) {
    boolean met() {
      return target.isMetBy(value);
    }

    Json json() {
      return Json.object("figure", figure, "value", number(value), "unit", unit, "target", target.toString(),
          "met", met());
    }
  }

  Report(PrintStream out) {
    this.out = out;
  }

  /** Something about the machine or the run. */
  void fact(String name, String value) {
    facts.put(name, Json.of(value));
    out.printf(Locale.ROOT, "%-12s %s%n", name, value);
  }

  /** Begins a table; every row has these columns. */
  void part(String title, String... names) {
    part = title;
    columns = List.of(names);
    StringBuilder head = new StringBuilder(padded(title));
    columns.forEach(name -> head.append(right(name)));
    out.println();
    out.println(head);
    out.flush();
  }

  void row(String label, double... values) {
    Map<String, Json> cells = new LinkedHashMap<>();
    StringBuilder line = new StringBuilder(padded("  " + label));
    for (int i = 0; i < values.length; i++) {
      cells.put(columns.get(i), number(values[i]));
      line.append(right(shown(values[i])));
    }
    rows.add(Json.object("part", part, "row", label, "values", new Json.Obj(cells)));
    out.println(line);
    out.flush();
  }

  void note(String text) {
    out.println("  " + text);
  }

  void verdict(String figure, double value, String unit, Target target) {
    verdicts.add(new Verdict(figure, value, unit, target));
  }

  boolean allMet() {
    return verdicts.stream().allMatch(Verdict::met);
  }

  void printVerdicts() {
    out.println();
    out.println(padded("Targets") + right("measured") + right("target"));
    for (Verdict verdict : verdicts) {
      out.println(padded("  " + verdict.figure + ", " + verdict.unit) + right(shown(verdict.value))
          + right(verdict.target.toString()) + (verdict.met() ? "" : "   MISSED"));
    }
  }

  Json.Obj json() {
    return Json.object("machine", new Json.Obj(facts), "measured", new Json.Arr(rows),
        "targets", Json.Arr.of(verdicts, Verdict::json), "all_met", allMet());
  }

  private static Json number(double value) {
    return Double.isFinite(value) ? Json.of(value) : Json.Null.NULL;
  }

  private static String shown(double value) {
    double size = Math.abs(value);
    if (!Double.isFinite(value)) {
      return "-";
    }
    if (size >= 1_000) {
      return String.format(Locale.ROOT, "%,d", Math.round(value));
    }
    return String.format(Locale.ROOT, size >= 100 ? "%.0f" : size >= 10 ? "%.1f" : size == 0 ? "%.0f" : "%.2f", value);
  }

  private static String padded(String text) {
    return text + " ".repeat(Math.max(1, LABEL_WIDTH - text.length()));
  }

  private static String right(String text) {
    return " ".repeat(Math.max(1, CELL_WIDTH - text.length())) + text;
  }
}
