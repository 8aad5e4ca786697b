import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.openapitools.client.ApiClient;
import org.openapitools.client.ApiException;
import org.openapitools.client.api.AuthApi;
import org.openapitools.client.api.AuthApi.APILoginRequest;
import org.openapitools.client.api.AuthApi.APIRegisterRequest;
import org.openapitools.client.api.DocumentsApi;
import org.openapitools.client.api.DocumentsApi.APIDeleteDocumentRequest;
import org.openapitools.client.api.DocumentsApi.APIGetDocumentContentRequest;
import org.openapitools.client.api.DocumentsApi.APIGetDocumentRequest;
import org.openapitools.client.api.DocumentsApi.APIListDocumentsRequest;
import org.openapitools.client.api.DocumentsApi.APIUploadDocumentRequest;
import org.openapitools.client.api.TenantsApi;
import org.openapitools.client.api.TenantsApi.APICreateTenantRequest;
import org.openapitools.client.model.CreateTenantRequest;
import org.openapitools.client.model.Document;
import org.openapitools.client.model.DocumentPage;
import org.openapitools.client.model.DocumentSort;
import org.openapitools.client.model.ErrorResponse;
import org.openapitools.client.model.LoginRequest;
import org.openapitools.client.model.MessageResponse;
import org.openapitools.client.model.RegisterRequest;
import org.openapitools.client.model.UploadedDocument;
import org.openapitools.client.model.UploadedDocumentResponse;

/** Runs the tour with a client that the Java generator of OpenAPI Generator generated. */
public class Tour {
  private static final String EMAIL = "openapi-generator-java@example.com";
  private static final String PASSWORD = "a tour by a Java client";

  public static void main(String[] args) throws Exception {
    ApiClient client = new ApiClient();
    client.updateBaseUri(args[0]);
    AuthApi auth = new AuthApi(client);
    auth.register(
        APIRegisterRequest.newBuilder()
            .registerRequest(
                new RegisterRequest()
                    .email(EMAIL)
                    .password(PASSWORD)
                    .firstName("Ja")
                    .lastName("Va"))
            .build());
    LoginRequest login = new LoginRequest().email(EMAIL).password(PASSWORD);
    String token =
        auth.login(APILoginRequest.newBuilder().loginRequest(login).build())
            .getData()
            .getAccessToken();
    client.setRequestInterceptor(request -> request.header("Authorization", "Bearer " + token));

    UUID tenant =
        new TenantsApi(client)
            .createTenant(
                APICreateTenantRequest.newBuilder()
                    .createTenantRequest(new CreateTenantRequest().name("Acme"))
                    .build())
            .getData()
            .getId();
    DocumentsApi documents = new DocumentsApi(client);

    File hello = Path.of("hello.txt").toFile();
    Files.writeString(hello.toPath(), "hello");
    UploadedDocument first =
        documents
            .uploadDocument(
                APIUploadDocumentRequest.newBuilder()
                    .tenantId(tenant)
                    ._file(hello)
                    // Without tags, the generated code fails.
                    .tags2(List.of())
                    .build())
            .getData();
    check("hello.txt".equals(first.getFilename()) && first.getFile().getFileSize() == 5, first);
    UploadedDocument second = uploadRaw(client, token, args[0], tenant);
    check("application/octet-stream".equals(second.getMimeType()), second);

    List<String> names = new ArrayList<>();
    String cursor = null;
    do {
      DocumentPage page =
          documents
              .listDocuments(
                  APIListDocumentsRequest.newBuilder()
                      .tenantId(tenant)
                      .sort(DocumentSort.FILENAME)
                      .perPage(1)
                      .cursor(cursor)
                      .build())
              .getData();
      for (Document document : page.getItems()) names.add(document.getFilename());
      cursor = page.getPagination().getNextCursor();
    } while (cursor != null);
    check(names.equals(List.of("hello.txt", "raw.bin")), names);

    File content =
        documents.getDocumentContent(
            APIGetDocumentContentRequest.newBuilder()
                .tenantId(tenant)
                .documentId(second.getId())
                .build());
    check("raw bytes".equals(Files.readString(content.toPath())), content);
    Files.delete(content.toPath());

    MessageResponse deleted =
        documents.deleteDocument(
            APIDeleteDocumentRequest.newBuilder()
                .tenantId(tenant)
                .documentId(second.getId())
                .build());
    check(deleted.getSuccess(), deleted);
    try {
      documents.getDocument(
          APIGetDocumentRequest.newBuilder().tenantId(tenant).documentId(second.getId()).build());
      throw new AssertionError("It should be gone");
    } catch (ApiException error) {
      ErrorResponse answer =
          client.getObjectMapper().readValue(error.getResponseBody(), ErrorResponse.class);
      check("DOCUMENT_NOT_FOUND".equals(answer.getError().getCode()), answer);
    }
  }

  /** The client knows only the first kind of body of an operation, so the other is sent below its methods. */
  private static UploadedDocument uploadRaw(ApiClient client, String token, String url, UUID tenant)
      throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(
                URI.create(url + "/api/tenants/" + tenant + "/documents?filename=raw.bin"))
            .header("Authorization", "Bearer " + token)
            .header("Content-Type", "application/octet-stream")
            .POST(HttpRequest.BodyPublishers.ofString("raw bytes"))
            .build();
    String answer = client.getHttpClient().send(request, BodyHandlers.ofString()).body();
    return client
        .getObjectMapper()
        .readValue(answer, UploadedDocumentResponse.class)
        .getData();
  }

  private static void check(boolean isTrue, Object shown) {
    if (!isTrue) throw new AssertionError(shown);
  }
}
