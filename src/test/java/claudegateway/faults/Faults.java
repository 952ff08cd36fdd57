package claudegateway.faults;

import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** {@code bin/faults}: runs the faults one after the other and prints the table. Exit code 1 when anything falls short. */
public final class Faults {
  private static final String USAGE = """
      usage: bin/faults [--quick | --soak MINUTES] [--seed N] [--only PART]
        without arguments   all faults, under 30 minutes
        --quick             a few of each, under 5 minutes
        --soak MINUTES      mixed load; heap, RSS, threads, descriptors and children must be flat
        --seed N            of all that is random (the run prints its own)
        --only PART         faults whose name contains it
      """;

  private Faults() {}

  public static void main(String[] arguments) throws Exception {
    List<String> given = new ArrayList<>(List.of(arguments));
    boolean quick = given.remove("--quick");
    int soakMinutes = Integer.parseInt(value(given, "--soak", "0"));
    long seed = Long.parseLong(value(given, "--seed", Long.toString(System.nanoTime() & 0xffffff)));
    String only = value(given, "--only", "");
    if (!given.isEmpty()) {
      System.err.print(USAGE);
      System.exit(64);
    }
    List<Fault> faults = soakMinutes > 0 ? List.of(new Soak(Duration.ofMinutes(soakMinutes))) : all();
    System.exit(run(new Plan(quick, seed), faults.stream().filter(each -> each.name().contains(only)).toList(),
        System.out) ? 0 : 1);
  }

  private static String value(List<String> given, String option, String otherwise) {
    int at = given.indexOf(option);
    if (at < 0 || at + 1 == given.size()) {
      return otherwise;
    }
    given.remove(at);
    return given.remove(at);
  }

  private static List<Fault> all() {
    List<Fault> all = new ArrayList<>();
    all.add(new GatewayKills());
    all.add(new ChildFaults());
    all.addAll(ClientFaults.all());
    all.add(new LargeAnswers());
    all.add(new Fuzz());
    all.add(new ToolTrees());
    all.add(new AgentFaults());
    all.add(new DatabaseFaults());
    all.add(new DiskFull());
    all.add(new ClockBack());
    return all;
  }

  private static boolean run(Plan plan, List<Fault> faults, PrintStream out) {
    List<String> table = new ArrayList<>();
    List<String> remarks = new ArrayList<>();
    boolean well = !faults.isEmpty();
    for (Fault fault : faults) {
      Tally tally = new Tally();
      long begun = System.nanoTime();
      try {
        fault.inject(plan, tally);
      } catch (Exception | AssertionError failed) {
        tally.wrong(failed.toString());
        failed.printStackTrace(out);
      }
      String row = tally.row(fault.name(), Duration.ofNanos(System.nanoTime() - begun).toSeconds());
      out.println(row);
      tally.remarks().forEach(remark -> remarks.add(fault.name() + ": " + remark));
      table.add(row);
      well &= !tally.failed();
    }
    out.println("\nseed " + plan.seed() + "\n" + Tally.head());
    table.forEach(out::println);
    if (!remarks.isEmpty()) {
      out.println();
      remarks.forEach(out::println);
    }
    out.println(well ? "\nall promises held" : "\nFAILED");
    return well;
  }
}
