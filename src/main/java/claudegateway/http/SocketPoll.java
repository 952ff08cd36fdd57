package claudegateway.http;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/** {@code poll(2)} of one descriptor: a question that changes nothing, for some 300 ns. */
final class SocketPoll {
  private static final short POLLOUT = 0x4;

  private final MethodHandle poll;

  /** @throws RuntimeException where the JVM has no native access */
  SocketPoll() {
    Linker linker = Linker.nativeLinker();
    // Returns at once (timeout 0), so that the memory may be the Java heap's. nfds_t is 32 bits wide on macOS; a
    // small number in a 64-bit register is the same to it.
    poll = linker.downcallHandle(linker.defaultLookup().findOrThrow("poll"), FunctionDescriptor.of(
        ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.JAVA_LONG, ValueLayout.JAVA_INT),
        Linker.Option.critical(true));
  }

  /** What one asker's question stands in, again and again: one thread at a time. */
  static final class Slip {
    // struct pollfd: int fd, short events, short revents
    private final MemorySegment pollfd = MemorySegment.ofArray(new long[1]);
  }

  /** What of it is so now, with errors and hang-ups, asked for or not; 0 = nothing. */
  short seen(Slip slip, int descriptor, short asked) {
    MemorySegment pollfd = slip.pollfd;
    pollfd.set(ValueLayout.JAVA_INT, 0, descriptor);
    pollfd.set(ValueLayout.JAVA_SHORT, 4, asked);
    try {
      int ready = (int) poll.invokeExact(pollfd, 1L, 0);
      return ready > 0 ? pollfd.get(ValueLayout.JAVA_SHORT, 6) : 0;
    } catch (Throwable impossible) {
      throw new AssertionError("a downcall throws nothing", impossible);
    }
  }

  /**
   * Whether its send buffer has room: at least a third of it on Linux, 2 KiB on macOS (its low-water mark). Not with
   * an error: a write tells that better.
   */
  boolean hasRoom(Slip slip, int descriptor) {
    return seen(slip, descriptor, POLLOUT) == POLLOUT;
  }
}
