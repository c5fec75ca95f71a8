import co.elastic.clients.elasticsearch.ElasticsearchClient;
import co.elastic.clients.elasticsearch._helpers.bulk.BulkIngester;
import co.elastic.clients.elasticsearch._helpers.bulk.BulkListener;
import co.elastic.clients.elasticsearch.core.BulkRequest;
import co.elastic.clients.elasticsearch.core.BulkResponse;
import co.elastic.clients.json.jackson.JacksonJsonpMapper;
import co.elastic.clients.transport.rest_client.RestClientTransport;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.http.HttpHost;
import org.elasticsearch.client.RestClient;
import org.komamitsu.fluency.EventTime;
import org.komamitsu.fluency.Fluency;
import org.komamitsu.fluency.fluentd.FluencyBuilderForFluentd;

/**
 * Sends lines by the client named first to the address named second: elasticsearch (elasticsearch-java's
 * BulkIngester, URL) or fluent (Fluency with acknowledgement, host:port). Prints what came of it, as JSON.
 */
public final class Send {
  private static final String TRACE = "0102030405060708090a0b0c0d0e0f10";
  private static final String SPAN = "00000000000000ab";
  private static final int QUARTER_NANOS = 250_000_000;

  private static Map<String, Object> line(String service, int number) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("message", "line " + number);
    fields.put("level", "warn");
    fields.put("trace_id", TRACE);
    fields.put("span_id", SPAN);
    fields.put("service", service);
    fields.put("text", "café <b>");
    fields.put("status", 503);
    fields.put("big", -9007199254740993L);
    fields.put("ratio", 0.5);
    fields.put("ok", true);
    fields.put("tags", List.of("a", "b"));
    fields.put("http", Map.of("method", "GET"));
    return fields;
  }

  private static String elasticsearch(String url) throws Exception {
    AtomicInteger stored = new AtomicInteger();
    AtomicInteger failed = new AtomicInteger();
    BulkListener<Void> listener = new BulkListener<>() {
      @Override
      public void beforeBulk(long id, BulkRequest request, List<Void> contexts) {}

      @Override
      public void afterBulk(long id, BulkRequest request, List<Void> contexts, BulkResponse response) {
        response.items().forEach(i -> (i.error() == null ? stored : failed).incrementAndGet());
      }

      @Override
      public void afterBulk(long id, BulkRequest request, List<Void> contexts, Throwable failure) {
        throw new IllegalStateException(failure);
      }
    };
    try (RestClient http = RestClient.builder(HttpHost.create(url)).setCompressionEnabled(true).build()) {
      ElasticsearchClient client =
          new ElasticsearchClient(new RestClientTransport(http, new JacksonJsonpMapper()));
      try (BulkIngester<Void> ingester = BulkIngester.of(b -> b.client(client).listener(listener))) {
        for (int number = 1; number <= 2; number++) {
          Map<String, Object> document = line("java-elasticsearch", number);
          document.put("@timestamp", "2023-11-14T22:13:20." + number * 250 + "Z");
          ingester.add(o -> o.create(c -> c.index("app").document(document)));
        }
      }
    }
    return "{\"stored\": " + stored + ", \"failed\": " + failed + "}";
  }

  private static String fluent(String address) throws Exception {
    String[] parts = address.split(":");
    FluencyBuilderForFluentd builder = new FluencyBuilderForFluentd();
    builder.setAckResponseMode(true);
    boolean acknowledged;
    try (Fluency fluency = builder.build(parts[0], Integer.parseInt(parts[1]))) {
      for (int number = 1; number <= 2; number++) {
        fluency.emit("app.sub", EventTime.fromEpoch(1_700_000_000, number * QUARTER_NANOS),
            line("java-fluent", number));
      }
      fluency.flush();
      acknowledged = fluency.waitUntilAllBufferFlushed(20);
    }
    return "{\"acknowledged\": " + acknowledged + "}";
  }

  public static void main(String[] arguments) throws Exception {
    System.out.println(arguments[0].equals("fluent") ? fluent(arguments[1]) : elasticsearch(arguments[1]));
    System.exit(0);
  }
}
