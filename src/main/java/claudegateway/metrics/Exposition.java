package claudegateway.metrics;

import java.nio.charset.StandardCharsets;

/** Prometheus' text format 0.0.4, family by family. */
final class Exposition {
  static final String CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8";
  private static final String PREFIX = "claude_gateway_";

  private final StringBuilder text = new StringBuilder(8_192);
  private String family = "";

  /** Begins a family, whose samples follow. @param type counter, gauge or histogram */
  Exposition family(String name, String type, String help) {
    family = PREFIX + name;
    text.append("# HELP ").append(family).append(' ').append(help)
        .append("\n# TYPE ").append(family).append(' ').append(type).append('\n');
    return this;
  }

  /** @param labels names and values in turn */
  Exposition sample(double value, String... labels) {
    return part("", value, labels);
  }

  /** A sample whose name goes on after the family's: {@code _sum}. */
  Exposition part(String suffix, double value, String... labels) {
    text.append(family).append(suffix);
    for (int i = 0; i < labels.length; i += 2) {
      text.append(i == 0 ? '{' : ',').append(labels[i]).append("=\"").append(escaped(labels[i + 1])).append('"');
    }
    text.append(labels.length == 0 ? " " : "} ").append(number(value)).append('\n');
    return this;
  }

  Exposition gauge(String name, String help, double value) {
    return family(name, "gauge", help).sample(value);
  }

  Exposition counter(String name, String help, double value) {
    return family(name, "counter", help).sample(value);
  }

  private static String number(double value) {
    return value == Math.rint(value) && Math.abs(value) < 1e15 ? Long.toString((long) value) : Double.toString(value);
  }

  private static String escaped(String label) {
    return label.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n");
  }

  byte[] bytes() {
    return text.toString().getBytes(StandardCharsets.UTF_8);
  }
}
