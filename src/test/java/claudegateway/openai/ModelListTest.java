package claudegateway.openai;

import static org.junit.jupiter.api.Assertions.assertEquals;

import claudegateway.json.Json;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class ModelListTest {
  private static final ModelList.Model SONNET = new ModelList.Model("claude-sonnet-4-5-20250929",
      "Claude Sonnet 4.5", "Latest Sonnet model", Instant.ofEpochSecond(1_704_067_202),
      "anthropic-claude-2.1.197", 65_536, 0.003, 0.015, true);

  @Test
  void theList() {
    assertEquals("{\"object\":\"list\",\"data\":[{\"id\":\"claude-sonnet-4-5-20250929\",\"object\":\"model\","
        + "\"created\":1704067202,\"owned_by\":\"anthropic-claude-2.1.197\"}]}",
        ModelList.list(List.of(SONNET)).toText());
  }

  @Test
  void whatAModelCanDo() {
    assertEquals("""
        {"id":"claude-sonnet-4-5-20250929","name":"Claude Sonnet 4.5","description":"Latest Sonnet model",\
        "max_tokens":65536,"supports_streaming":true,"supports_tools":true,"supports_functions":true,\
        "supports_vision":true,"pricing":{"input":0.003,"output":0.015,"input_cost_per_1k_tokens":0.003,\
        "output_cost_per_1k_tokens":0.015,"currency":"USD"},"features":["text_generation","conversation",\
        "code_generation","analysis","reasoning","file_operations","bash_execution","project_management"]}""",
        ModelList.capabilities(SONNET).toText());
  }

  @Test
  void theListIsUnderBothOfItsNames() {
    Json.Obj list = ModelList.capabilities(List.of(SONNET, SONNET));
    assertEquals(list.fields().get("data"), list.fields().get("models"));
    assertEquals(Optional.of(2L), list.integer("total"));
  }
}
