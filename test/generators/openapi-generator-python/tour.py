"""Runs the tour with a client that the Python generator of OpenAPI Generator generated."""

import json
import sys

from openapi_client import (
    ApiClient,
    AuthApi,
    Configuration,
    CreateTenantRequest,
    DocumentsApi,
    DocumentSort,
    ErrorResponse,
    LoginRequest,
    RegisterRequest,
    TenantsApi,
    UploadedDocumentResponse,
)
from openapi_client.exceptions import NotFoundException

configuration = Configuration(host=sys.argv[1])
email = "openapi-generator-python@example.com"
password = "a tour by another Python client"

with ApiClient(configuration) as api:
    auth = AuthApi(api)
    account = RegisterRequest(email=email, password=password, first_name="Py", last_name="Thon")
    assert auth.register(account).data.email == email
    configuration.access_token = auth.login(
        LoginRequest(email=email, password=password)
    ).data.access_token

    tenant = TenantsApi(api).create_tenant(CreateTenantRequest(name="Acme")).data.id
    documents = DocumentsApi(api)

    first = documents.upload_document(tenant, ("hello.txt", b"hello")).data
    assert (first.filename, first.file.file_size) == ("hello.txt", 5)
    # The client knows only the first kind of body of an operation, so the other is sent below its methods.
    answer = api.call_api(
        "POST",
        f"{configuration.host}/api/tenants/{tenant}/documents?filename=raw.bin",
        {
            "Content-Type": "application/octet-stream",
            "Authorization": f"Bearer {configuration.access_token}",
        },
        b"raw bytes",
    )
    uploaded = UploadedDocumentResponse.from_dict(json.loads(answer.read()))
    assert uploaded is not None
    second = uploaded.data
    assert second.mime_type == "application/octet-stream"

    names: list[str] = []
    cursor: str | None = None
    while True:
        page = documents.list_documents(
            tenant, sort=DocumentSort.FILENAME, per_page=1, cursor=cursor
        ).data
        names += [document.filename for document in page.items]
        cursor = page.pagination.next_cursor
        if cursor is None:
            break
    assert names == ["hello.txt", "raw.bin"], names

    assert documents.get_document_content(tenant, second.id) == b"raw bytes"
    assert documents.delete_document(tenant, second.id).success
    try:
        documents.get_document(tenant, second.id)
        raise AssertionError("It should be gone")
    except NotFoundException as error:
        assert isinstance(error.data, ErrorResponse), error.data
        assert error.data.error.code == "DOCUMENT_NOT_FOUND"
