package claudegateway.doctor;

/** The CLI does something else than what the gateway relies on; the message says what. */
final class Unlike extends RuntimeException {
  private static final long serialVersionUID = 1;

  Unlike(String what) {
    super(what);
  }

  static void unless(boolean holds, String what) {
    if (!holds) {
      throw new Unlike(what);
    }
  }

  static void unlessEqual(Object wanted, Object found) {
    unless(wanted.equals(found), found + " instead of " + wanted);
  }
}
