package claudegateway.http;

import java.net.InetSocketAddress;

final class ClientWatch implements AutoCloseable {
  interface Registration extends AutoCloseable {
    @Override
    void close();
  }

  boolean available() {
    return false;
  }

  Registration watch(InetSocketAddress remote, InetSocketAddress local, Runnable onGone) {
    return () -> {};
  }

  @Override
  public void close() {}
}
