package claudegateway.faults;

/** One row of the table: something that is broken on purpose, some number of times. */
interface Fault {
  /** As the table shows it; {@code --only} takes a part of it. */
  String name();

  /**
   * Injects it and counts.
   *
   * @param tally what goes wrong is told to it; an exception is a failure too
   */
  void inject(Plan plan, Tally tally) throws Exception;
}
