package claudegateway.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Duration;
import java.util.Map;

/** The program behind {@code bin/bench}. */
public final class Bench {
  private static final int USAGE = 64;
  private static final int FAILED = 70;

  private Bench() {}

  public static void main(String[] arguments) {
    PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    Options options;
    try {
      options = Options.of(arguments);
    } catch (IllegalArgumentException wrong) {
      out.print("bench: " + wrong.getMessage() + "\n" + Options.USAGE);
      System.exit(USAGE);
      return;
    }
    // Small events must leave at once; the JDK's server reads this when its first class is loaded.
    System.setProperty("sun.net.httpserver.nodelay", "true");
    int code = FAILED;
    Lab lab = new Lab(options);
    Thread interrupted = Thread.ofPlatform().unstarted(lab::close);
    Runtime.getRuntime().addShutdownHook(interrupted);
    try {
      code = run(options, lab, new Report(out));
    } catch (Exception failed) {
      failed.printStackTrace(out);
    }
    System.exit(code);
  }

  private static int run(Options options, Lab lab, Report report) throws Exception {
    long begun = System.nanoTime();
    report.fact("machine", Machine.description());
    report.fact("java", System.getProperty("java.runtime.version"));
    report.fact("claude", lab.claudeVersion());
    report.fact("load", Machine.load() + " before");
    for (Map.Entry<String, Part> part : Part.ALL.entrySet()) {
      if (options.wants(part.getKey())) {
        part.getValue().run(lab, report);
      }
    }
    report.printVerdicts();
    report.fact("took", Duration.ofNanos(System.nanoTime() - begun).toSeconds() + " s, load "
        + Machine.load() + " after");
    if (options.json().isPresent()) {
      write(options, report);
    }
    return report.allMet() ? 0 : 1;
  }

  private static void write(Options options, Report report) throws IOException {
    Files.writeString(options.json().orElseThrow(), report.json().toText() + "\n");
  }
}
