// Runs the tour with a client that oapi-codegen generated.
package main

import (
	"bytes"
	"context"
	"fmt"
	"log"
	"mime/multipart"
	"net/http"
	"os"
	"slices"
	"strings"

	"tour/api"
)

const (
	email    = "oapi-codegen@example.com"
	password = "a tour by a Go client"
)

func main() {
	if err := tour(context.Background(), os.Args[1]); err != nil {
		log.Fatal(err)
	}
}

func tour(ctx context.Context, url string) error {
	var token string
	authorize := func(_ context.Context, request *http.Request) error {
		if token != "" {
			request.Header.Set("Authorization", "Bearer "+token)
		}
		return nil
	}
	client, err := api.NewClientWithResponses(url, api.WithRequestEditorFn(authorize))
	if err != nil {
		return err
	}

	registered, err := client.RegisterWithResponse(ctx, api.RegisterRequest{
		Email: email, Password: password, FirstName: "Go", LastName: "Pher",
	})
	if err != nil || registered.JSON201 == nil {
		return fmt.Errorf("register: %v %s", err, registered.Body)
	}
	session, err := client.LoginWithResponse(ctx, api.LoginRequest{Email: email, Password: password})
	if err != nil || session.JSON200 == nil {
		return fmt.Errorf("login: %v %s", err, session.Body)
	}
	token = session.JSON200.Data.AccessToken

	created, err := client.CreateTenantWithResponse(ctx, nil, api.CreateTenantRequest{Name: "Acme"})
	if err != nil || created.JSON201 == nil {
		return fmt.Errorf("createTenant: %v %s", err, created.Body)
	}
	tenant := created.JSON201.Data.Id

	var form bytes.Buffer
	writer := multipart.NewWriter(&form)
	part, err := writer.CreateFormFile("file", "hello.txt")
	if err != nil {
		return err
	}
	if _, err := part.Write([]byte("hello")); err != nil {
		return err
	}
	if err := writer.Close(); err != nil {
		return err
	}
	first, err := client.UploadDocumentWithBodyWithResponse(ctx, tenant, nil, writer.FormDataContentType(), &form)
	if err != nil || first.JSON201 == nil || first.JSON201.Data.File.FileSize != 5 {
		return fmt.Errorf("uploadDocument: %v %s", err, first.Body)
	}
	filename := "raw.bin"
	second, err := client.UploadDocumentWithBodyWithResponse(ctx, tenant,
		&api.UploadDocumentParams{Filename: &filename}, "application/octet-stream", strings.NewReader("raw bytes"))
	if err != nil || second.JSON201 == nil || second.JSON201.Data.MimeType != "application/octet-stream" {
		return fmt.Errorf("uploadDocument, raw: %v %s", err, second.Body)
	}

	var names []string
	sort, perPage := api.DocumentSortFilename, 1
	for query := (api.ListDocumentsParams{Sort: &sort, PerPage: &perPage}); ; {
		page, err := client.ListDocumentsWithResponse(ctx, tenant, &query)
		if err != nil || page.JSON200 == nil {
			return fmt.Errorf("listDocuments: %v %s", err, page.Body)
		}
		for _, document := range page.JSON200.Data.Items {
			names = append(names, document.Filename)
		}
		if query.Cursor = page.JSON200.Data.Pagination.NextCursor; query.Cursor == nil {
			break
		}
	}
	if !slices.Equal(names, []string{"hello.txt", "raw.bin"}) {
		return fmt.Errorf("listDocuments: %v", names)
	}

	document := second.JSON201.Data.Id
	content, err := client.GetDocumentContentWithResponse(ctx, tenant, document, nil)
	if err != nil || string(content.Body) != "raw bytes" {
		return fmt.Errorf("getDocumentContent: %v %s", err, content.Body)
	}

	deleted, err := client.DeleteDocumentWithResponse(ctx, tenant, document, nil)
	if err != nil || deleted.JSON200 == nil {
		return fmt.Errorf("deleteDocument: %v %s", err, deleted.Body)
	}
	gone, err := client.GetDocumentWithResponse(ctx, tenant, document)
	if err != nil || gone.JSON404 == nil || gone.JSON404.Error.Code != "DOCUMENT_NOT_FOUND" {
		return fmt.Errorf("getDocument: %v %s", err, gone.Body)
	}
	return nil
}
