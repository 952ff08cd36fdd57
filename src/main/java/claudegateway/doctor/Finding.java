package claudegateway.doctor;

/**
 * One line of a doctor's report.
 *
 * @param about what was looked at
 * @param found what is there
 * @param advice what to do about it; "" when nothing
 */
public record Finding(Grade grade, String about, String found, String advice) {
  public enum Grade { OK, WARN, FAIL }

  public static Finding ok(String about, String found) {
    return new Finding(Grade.OK, about, found, "");
  }

  public static Finding warn(String about, String found, String advice) {
    return new Finding(Grade.WARN, about, found, advice);
  }

  public static Finding fail(String about, String found, String advice) {
    return new Finding(Grade.FAIL, about, found, advice);
  }

  /** {@code ok    about: found; advice} */
  @Override
  public String toString() {
    String grades = grade.name().toLowerCase(java.util.Locale.ROOT);
    return String.format("%-5s %s: %s%s", grades, about, found, advice.isEmpty() ? "" : "; " + advice);
  }
}
