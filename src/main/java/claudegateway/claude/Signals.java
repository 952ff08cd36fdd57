package claudegateway.claude;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/**
 * {@code kill(2)}: the JDK can only send SIGTERM and SIGKILL, and SIGTERM orphans the tools that a CLI runs.
 *
 * <p>Only single processes with a pid above 1: 0, 1 and negative numbers mean groups, or everything.
 */
final class Signals {
  static final int SIGINT = 2;
  static final int SIGKILL = 9;

  private static final MethodHandle KILL = Linker.nativeLinker().downcallHandle(
      Linker.nativeLinker().defaultLookup().find("kill").orElseThrow(),
      FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_INT));

  private Signals() {}

  /** Sends a signal to a living process; false when it is gone or not ours. */
  static boolean send(ProcessHandle process, int signal) {
    long pid = process.pid();
    if (pid <= 1 || pid > Integer.MAX_VALUE || pid == ProcessHandle.current().pid() || !process.isAlive()) {
      return false;
    }
    try {
      return (int) KILL.invokeExact((int) pid, signal) == 0;
    } catch (Throwable impossible) {
      throw new AssertionError("kill(2) takes two integers", impossible);
    }
  }
}
