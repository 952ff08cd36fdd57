package claudegateway.claude;

/**
 * What a child and all that it starts carry in their environment: a tool that has left the child's tree is still
 * known by it.
 *
 * <p>It names one process, not only its session: the next process of the same session lives while the end of the
 * one before is still being cleared up.
 *
 * @param gateway unique to one run of a gateway
 * @param number unique within it
 */
record Mark(String sessionId, String gateway, long number) {

  /** The variable's value. */
  String value() {
    return sessionId + "/" + gateway + "/" + number;
  }

  /** Whether a value is this process's. */
  boolean isOn(String value) {
    return value.equals(value());
  }

  /** Whether a value is of a session's process that another run of a gateway has started. */
  static boolean isOfAnotherRun(String value, String sessionId, String gateway) {
    return value.startsWith(sessionId + "/") && !value.startsWith(sessionId + "/" + gateway + "/");
  }
}
