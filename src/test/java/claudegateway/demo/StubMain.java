package claudegateway.demo;

import claudegateway.json.Json;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The stub for driving by hand: {@code StubMain PORT [demo]}. Prints the requests that the model gets. */
final class StubMain {
  private StubMain() {}

  public static void main(String[] arguments) throws InterruptedException {
    System.setProperty("sun.net.httpserver.nodelay", "true");
    int port = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 0;
    Model model = List.of(arguments).contains("demo") ? new DemoModel() : new ScriptedModel();
    MessagesStub stub = MessagesStub.start(request -> {
      System.out.println(Json.object("headers", headers(request), "body", request.body()).toText());
      return model.answer(request);
    }, port, MessagesStub.KEPT_BYTES_MAX);
    System.err.println("ANTHROPIC_BASE_URL=" + stub.baseUrl());
    Thread.currentThread().join();
  }

  private static Json.Obj headers(Received request) {
    Map<String, Json> headers = new TreeMap<>();
    request.headers().forEach((name, value) -> headers.put(name, new Json.Str(value)));
    return new Json.Obj(headers);
  }
}
