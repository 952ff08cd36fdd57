package claudegateway.api;

import claudegateway.json.Json;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Decodes as the iOS app does (Swift's JSONDecoder without options): a required key that is missing, null or
 * of another type fails the whole body; dates are numbers of seconds since 2001; an Int takes 1.0 and not
 * 1.5.
 */
final class AppDecoder {
  private static final long REFERENCE_DATE = 978_307_200;

  /**
   * Field names and types, as "name:type"; a type with "?" may be missing or null, "[]" is an array of it.
   */
  private static final Map<String, String[]> TYPES = new LinkedHashMap<>();

  static {
    type("Models", "object:String", "data:Model[]");
    type("Model", "id:String", "object:String", "created:Int", "owned_by:String");
    type("Completion", "id:String", "object:String", "created:Int", "model:String", "choices:Choice[]",
        "usage:Usage?");
    type("Choice", "index:Int", "message:Message", "finish_reason:String?");
    type("Message", "role:String", "content:String?", "tool_calls:ToolCall[]?");
    type("ToolCall", "id:String", "type:String", "function:Function");
    type("Function", "name:String", "arguments:String");
    type("Usage", "prompt_tokens:Int", "completion_tokens:Int", "total_tokens:Int");
    type("Chunk", "id:String", "object:String", "created:Int", "model:String", "choices:ChunkChoice[]");
    type("ChunkChoice", "index:Int", "delta:Delta");
    type("Delta", "content:String?", "role:String?");
    type("Sessions", "sessions:Session[]", "total:Int", "offset:Int", "limit:Int");
    type("Session", "id:String", "title:String", "created_at:Date", "updated_at:Date", "message_count:Int",
        "project_id:String?", "model:String?", "is_active:Bool?", "total_tokens:Int?", "total_cost:Double?",
        "metadata:Any?");
    type("Projects", "projects:Project[]", "total:Int");
    type("Project", "id:String", "name:String", "path:String", "created_at:Date", "updated_at:Date",
        "file_count:Int",
        "language:String?", "framework:String?", "metadata:Any?");
    type("Done", "success:Bool", "message:String?");
    type("SessionStats", "message_count:Int", "token_usage:Int", "duration:Double", "model:String");
    type("Capabilities", "max_tokens:Int", "supports_streaming:Bool", "supports_functions:Bool",
        "supports_vision:Bool");
    type("ChatStatus", "session_id:String", "status:String", "is_active:Bool", "messages_count:Int",
        "last_activity:Date?");
    type("ChatDebug", "session_id:String", "state:String", "context_tokens:Int", "response_tokens:Int",
        "errors:String[]", "performance:Performance");
    type("Performance", "latency:Double", "throughput:Double", "requests_per_second:Double");
    type("Tools", "tools:Tool[]", "categories:String[]");
    type("Tool", "id:String", "name:String", "description:String", "category:String", "is_available:Bool");
    type("McpServers", "servers:McpServer[]");
    type("McpServer", "id:String", "name:String", "version:String", "status:String", "capabilities:String[]",
        "tools_count:Int");
    type("Usages", "total_tokens:Int", "total_cost:Double", "sessions_count:Int",
        "average_tokens_per_session:Double",
        "period_start:Date?", "period_end:Date?");
    type("SshSessions", "sessions:Any[]", "active_count:Int");
  }

  private AppDecoder() {}

  private static void type(String name, String... fields) {
    TYPES.put(name, fields);
  }

  /** Throws AssertionError saying which key the app stumbles over. */
  static void decode(String type, Json value) {
    if (!TYPES.containsKey(type)) {
      throw new IllegalArgumentException(type);
    }
    check(type, value, type);
  }

  private static void check(String type, Json value, String place) {
    if (type.endsWith("[]")) {
      if (!(value instanceof Json.Arr(var items))) {
        throw stumbles(place, "an array", value);
      }
      for (int i = 0; i < items.size(); i++) {
        check(type.substring(0, type.length() - 2), items.get(i), place + "[" + i + "]");
      }
      return;
    }
    boolean fits = switch (type) {
      case "Any" -> true;
      case "String" -> value instanceof Json.Str;
      case "Bool" -> value instanceof Json.Bool;
      case "Int" -> value instanceof Json.Num number && number.isInteger();
      case "Double" -> value instanceof Json.Num;
      case "Date" -> value instanceof Json.Num number && isAboutNow(number.doubleValue());
      default -> value instanceof Json.Obj;
    };
    if (!fits) {
      throw stumbles(place, type, value);
    }
    if (TYPES.containsKey(type)) {
      fields((Json.Obj) value, TYPES.get(type), place);
    }
  }

  private static void fields(Json.Obj object, String[] fields, String place) {
    for (String field : fields) {
      String name = field.substring(0, field.indexOf(':'));
      String type = field.substring(field.indexOf(':') + 1);
      boolean optional = type.endsWith("?");
      Json value = object.fields().get(name);
      if (value == null || value == Json.Null.NULL) {
        if (!optional) {
          throw stumbles(place + "." + name, type, value == null ? Json.of("(missing)") : value);
        }
      } else {
        check(optional ? type.substring(0, type.length() - 1) : type, value, place + "." + name);
      }
    }
  }

  /** A Unix time would decode too, and be 31 years off. */
  private static boolean isAboutNow(double date) {
    return Math.abs(date + REFERENCE_DATE - System.currentTimeMillis() / 1000.0) < 3 * 86_400;
  }

  private static AssertionError stumbles(String place, String expected, Json value) {
    return new AssertionError("the app stumbles over " + place + ": " + expected + " expected, got "
        + value.toText());
  }
}
