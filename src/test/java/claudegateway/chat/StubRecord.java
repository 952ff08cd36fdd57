package claudegateway.chat;

import claudegateway.demo.MessagesStub;
import claudegateway.demo.Received;
import claudegateway.json.Json;
import java.util.List;

/** What the real CLI asked of the stub; it names its session in each request. */
final class StubRecord implements ModelRecord {
  private final MessagesStub stub;

  StubRecord(MessagesStub stub) {
    this.stub = stub;
  }

  @Override
  public Request last(String session, String lastLine) {
    List<Received> requests = stub.received().stream().filter(request ->
        request.body().object("metadata").map(Json::toText).orElse("").contains(session)).toList();
    if (requests.isEmpty()) {
      throw new AssertionError("no request of " + session + ", the last is "
          + stub.received().getLast().body().get("metadata"));
    }
    Request last = new Request(requests.getLast().system(), requests.getLast().conversation().lines());
    if (!last.lines().getLast().endsWith(lastLine)) {
      throw new AssertionError("the last request of " + session + " is not \"" + lastLine + "\": " + last);
    }
    return last;
  }
}
