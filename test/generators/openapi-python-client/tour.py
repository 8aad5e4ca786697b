"""Runs the tour with a client that openapi-python-client generated."""

import sys
from io import BytesIO

from client import AuthenticatedClient, Client
from client.api.auth import login, register
from client.api.documents import (
    delete_document,
    get_document,
    get_document_content,
    list_documents,
    upload_document,
)
from client.api.tenants import create_tenant
from client.models import (
    CreateTenantRequest,
    DocumentPageResponse,
    DocumentSort,
    ErrorResponse,
    LoginRequest,
    MessageResponse,
    NewSessionResponse,
    RegisterRequest,
    TenantResponse,
    UploadedDocumentResponse,
    UploadForm,
    UserResponse,
)
from client.types import UNSET, File, Unset

url = sys.argv[1]
email = "openapi-python-client@example.com"
password = "a tour by a Python client"

anyone = Client(base_url=url)
account = register.sync(
    client=anyone,
    body=RegisterRequest(email=email, password=password, first_name="Py", last_name="Thon"),
)
assert isinstance(account, UserResponse), account
session = login.sync(client=anyone, body=LoginRequest(email=email, password=password))
assert isinstance(session, NewSessionResponse), session
client = AuthenticatedClient(base_url=url, token=session.data.access_token)

created = create_tenant.sync(client=client, body=CreateTenantRequest(name="Acme"))
assert isinstance(created, TenantResponse), created
tenant = created.data.id

form = UploadForm(file=File(BytesIO(b"hello"), "hello.txt", "text/plain"))
first = upload_document.sync(tenant, client=client, body=form)
assert isinstance(first, UploadedDocumentResponse), first
assert (first.data.filename, first.data.file.file_size) == ("hello.txt", 5)
raw = File(BytesIO(b"raw bytes"))
second = upload_document.sync(tenant, client=client, body=raw, filename="raw.bin")
assert isinstance(second, UploadedDocumentResponse), second
assert second.data.mime_type == "application/octet-stream"

names: list[str] = []
cursor: str | Unset | None = UNSET
while cursor is not None:
    page = list_documents.sync(
        tenant, client=client, sort=DocumentSort.FILENAME, per_page=1, cursor=cursor
    )
    assert isinstance(page, DocumentPageResponse), page
    names += [document.filename for document in page.data.items]
    cursor = page.data.pagination.next_cursor
assert names == ["hello.txt", "raw.bin"], names

document = second.data.id
content = get_document_content.sync(tenant, document, client=client)
assert isinstance(content, File), content
assert content.payload.read() == b"raw bytes"

deleted = delete_document.sync(tenant, document, client=client)
assert isinstance(deleted, MessageResponse), deleted
gone = get_document.sync(tenant, document, client=client)
assert isinstance(gone, ErrorResponse), gone
assert gone.error.code == "DOCUMENT_NOT_FOUND"
