package claudegateway.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * HTTP/1.1 to one port of this machine, on plain sockets that one thread reads: hundreds of streams shall cost the
 * machine, which the gateway shares, as little as can be.
 */
final class Client implements AutoCloseable {
  private static final int READ_MAX = 256 << 10;

  private final InetSocketAddress address;
  private final Selector selector;
  private final Queue<Connection> unregistered = new ConcurrentLinkedQueue<>();
  private final ByteBuffer buffer = ByteBuffer.allocate(READ_MAX);
  private volatile boolean closed;

  Client(int port) {
    address = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    try {
      selector = Selector.open();
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
    Thread.ofPlatform().name("bench-client").daemon(true).start(this::run);
  }

  /** A connection of its own, kept alive between requests. */
  Connection connect() {
    return connect(0);
  }

  /** @param receiveBuffer bytes that the kernel holds for a slow reader; 0 = as it likes */
  Connection connect(int receiveBuffer) {
    try {
      SocketChannel channel = SocketChannel.open();
      if (receiveBuffer > 0) {
        channel.setOption(StandardSocketOptions.SO_RCVBUF, receiveBuffer);
      }
      channel.connect(address);
      channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
      channel.configureBlocking(false);
      Connection connection = new Connection(channel);
      unregistered.add(connection);
      selector.wakeup();
      return connection;
    } catch (IOException refused) {
      throw new UncheckedIOException("cannot connect to " + address, refused);
    }
  }

  static byte[] get(String path) {
    return bodyless("GET", path);
  }

  static byte[] delete(String path) {
    return bodyless("DELETE", path);
  }

  private static byte[] bodyless(String method, String path) {
    return (method + " " + path + " HTTP/1.1\r\nHost: localhost\r\n\r\n").getBytes(StandardCharsets.US_ASCII);
  }

  static byte[] post(String path, byte[] json) {
    byte[] head = ("POST " + path + " HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
        + "Content-Length: " + json.length + "\r\n\r\n").getBytes(StandardCharsets.US_ASCII);
    byte[] whole = java.util.Arrays.copyOf(head, head.length + json.length);
    System.arraycopy(json, 0, whole, head.length, json.length);
    return whole;
  }

  private void run() {
    try {
      while (!closed) {
        selector.select(this::read);
        Connection fresh = unregistered.poll();
        while (fresh != null) {
          fresh.channel().register(selector, SelectionKey.OP_READ, fresh);
          fresh = unregistered.poll();
        }
      }
      selector.close();
    } catch (IOException broken) {
      throw new UncheckedIOException(broken);
    }
  }

  private void read(SelectionKey key) {
    Connection connection = (Connection) key.attachment();
    try {
      buffer.clear();
      int count = connection.channel().read(buffer);
      long now = System.nanoTime();
      if (count < 0) {
        key.cancel();
        connection.broken("the gateway closed the connection");
      } else {
        connection.take(buffer.array(), count, now);
      }
    } catch (IOException broken) {
      key.cancel();
      connection.broken(broken.getMessage());
    }
  }

  @Override
  public void close() {
    closed = true;
    selector.wakeup();
  }
}
