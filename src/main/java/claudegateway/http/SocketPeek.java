package claudegateway.http;

import java.io.File;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Optional;

/**
 * Looks at this process's sockets by descriptor, past the JDK, which shows neither descriptors nor a peer's
 * close.
 *
 * <p>Only calls that change nothing: {@code getpeername}, {@code getsockname}, {@code poll} and {@code recv}
 * with MSG_PEEK. A descriptor may be closed and used again by others at any time, so nothing more would be
 * safe. Linux and macOS. One thread only: the one that opened it.
 */
final class SocketPeek implements AutoCloseable {
  private static final int SOCKADDR_MAX = 128;
  private static final int AF_INET = 2;
  private static final short POLLIN = 0x1;
  private static final short POLLERR = 0x8;
  private static final short POLLHUP = 0x10;
  private static final int MSG_PEEK = 0x2;
  private static final ValueLayout.OfLong BIG_ENDIAN_LONG =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

  /** What differs: values of the systems' header files. */
  private enum Os {
    LINUX("/proc/self/fd", 10, 0x40, (short) 0x2000),
    /** Has no POLLRDHUP: its POLLHUP says the same. */
    MACOS("/dev/fd", 30, 0x80, (short) 0);

    final File descriptors;
    final int afInet6;
    final int msgDontwait;
    final short pollrdhup;

    Os(String descriptors, int afInet6, int msgDontwait, short pollrdhup) {
      this.descriptors = new File(descriptors);
      this.afInet6 = afInet6;
      this.msgDontwait = msgDontwait;
      this.pollrdhup = pollrdhup;
    }

    static Optional<Os> current() {
      String name = System.getProperty("os.name");
      return name.equals("Linux") ? Optional.of(LINUX)
          : name.startsWith("Mac") ? Optional.of(MACOS)
          : Optional.empty();
    }
  }

  /** Both ends of a connection as the server sees them; an IPv4 address as a mapped one (::ffff:…). */
  record Ends(long high, long low, int remotePort, int localPort) {
    static Ends of(InetSocketAddress remote, int localPort) {
      InetAddress address = remote.getAddress();
      ByteBuffer bytes = ByteBuffer.wrap(address.getAddress());
      return bytes.remaining() == 4
          ? new Ends(0, mapped(bytes.getInt()), remote.getPort(), localPort)
          : new Ends(bytes.getLong(), bytes.getLong(), remote.getPort(), localPort);
    }

    private static long mapped(int ipv4) {
      return 0xffff_0000_0000L | Integer.toUnsignedLong(ipv4);
    }
  }

  private final Os os;
  private final Arena arena = Arena.ofConfined();
  private final MemorySegment address = arena.allocate(SOCKADDR_MAX, 8);
  private final MemorySegment length = arena.allocate(ValueLayout.JAVA_INT);
  private final MemorySegment oneByte = arena.allocate(1);
  private final MethodHandle getpeername;
  private final MethodHandle getsockname;
  private final SocketPoll poll = new SocketPoll();
  private final SocketPoll.Slip slip = new SocketPoll.Slip();
  private final MethodHandle recv;

  private SocketPeek(Os os) {
    this.os = os;
    FunctionDescriptor name = FunctionDescriptor.of(
        ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.ADDRESS);
    getpeername = function("getpeername", name);
    getsockname = function("getsockname", name);
    recv = function("recv", FunctionDescriptor.of(ValueLayout.JAVA_LONG,
        ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.JAVA_LONG, ValueLayout.JAVA_INT));
  }

  /**
   * Empty on other systems.
   *
   * @throws RuntimeException where the JVM has no native access
   */
  static Optional<SocketPeek> open() {
    return Os.current().map(SocketPeek::new);
  }

  private static MethodHandle function(String name, FunctionDescriptor descriptor) {
    Linker linker = Linker.nativeLinker();
    return linker.downcallHandle(linker.defaultLookup().findOrThrow(name), descriptor);
  }

  /** For any thread, also after this is closed. */
  SocketPoll poll() {
    return poll;
  }

  /** All open descriptors, sockets or not. */
  int[] descriptors() {
    String[] names = os.descriptors.list();
    return names == null
        ? new int[0]
        : Arrays.stream(names).filter(SocketPeek::isNumber).mapToInt(Integer::parseInt).toArray();
  }

  private static boolean isNumber(String name) {
    return name.length() < 10 && name.chars().allMatch(c -> c >= '0' && c <= '9');
  }

  /** Empty for what is no connected TCP socket (any more). A reset connection has no ends. */
  Optional<Ends> ends(int descriptor) {
    if (!nameOf(getpeername, descriptor)) {
      return Optional.empty();
    }
    boolean ipv4 = family() == AF_INET;
    long high = ipv4 ? 0 : bigEndian(8);
    long low = ipv4 ? Ends.mapped((int) (bigEndian(4) >>> 32)) : bigEndian(16);
    int remotePort = port();
    return nameOf(getsockname, descriptor)
        ? Optional.of(new Ends(high, low, remotePort, port()))
        : Optional.empty();
  }

  /** Whether the peer has closed its side, even when bytes of it wait to be read (TLS's close_notify). */
  boolean isEnded(int descriptor) {
    short seen = poll.seen(slip, descriptor, (short) (POLLIN | os.pollrdhup));
    return (seen & (POLLERR | POLLHUP | os.pollrdhup)) != 0
        || ((seen & POLLIN) != 0 && call(() ->
            (long) recv.invokeExact(descriptor, oneByte, 1L, MSG_PEEK | os.msgDontwait)) == 0);
  }

  private boolean nameOf(MethodHandle function, int descriptor) {
    length.set(ValueLayout.JAVA_INT, 0, SOCKADDR_MAX);
    return call(() -> (int) function.invokeExact(descriptor, address, length)) == 0
        && (family() == AF_INET || family() == os.afInet6);
  }

  /** BSD systems put the structure's length before a family of one byte. */
  private int family() {
    return os == Os.MACOS
        ? address.get(ValueLayout.JAVA_BYTE, 1)
        : address.get(ValueLayout.JAVA_SHORT, 0);
  }

  private int port() {
    return Byte.toUnsignedInt(address.get(ValueLayout.JAVA_BYTE, 2)) << 8
        | Byte.toUnsignedInt(address.get(ValueLayout.JAVA_BYTE, 3));
  }

  private long bigEndian(int offset) {
    return address.get(BIG_ENDIAN_LONG, offset);
  }

  private interface NativeCall {
    long run() throws Throwable;
  }

  private static long call(NativeCall call) {
    try {
      return call.run();
    } catch (Throwable impossible) {
      throw new AssertionError("a downcall throws nothing", impossible);
    }
  }

  @Override
  public void close() {
    arena.close();
  }
}
