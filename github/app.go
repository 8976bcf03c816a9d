package github

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"github.com/bradleyfalzon/ghinstallation/v2"
	gh "github.com/google/go-github/v60/github"
)

// App is a GitHub App: its id and private key in PEM.
type App struct {
	ID  int64
	Key []byte
}

// appKey signs for an app.
type appKey struct {
	app  App
	base http.RoundTripper
	api  *url.URL
	gh   *gh.Client
}

func newAppKey(a App, base http.RoundTripper, api *url.URL) (*appKey, error) {
	k := &appKey{app: a, base: base, api: api}
	tr, err := k.sign()
	if err != nil {
		// The library's words may hold parts of the key.
		return nil, errors.New("github: app: the private key is not an RSA key in PEM; download it anew from the app's settings")
	}
	k.gh = gh.NewClient(&http.Client{Transport: tr, CheckRedirect: stayHome})
	k.gh.BaseURL = api
	k.gh.UserAgent = userAgent
	return k, nil
}

// sign returns a transport of its own for each use: an installation's
// writes to the one it is given.
func (a *appKey) sign() (*ghinstallation.AppsTransport, error) {
	tr, err := ghinstallation.NewAppsTransport(a.base, a.app.ID, a.app.Key)
	if err == nil {
		tr.BaseURL = strings.TrimSuffix(a.api.String(), "/")
	}
	return tr, err
}

// installation finds the app in a repository and returns a transport that
// acts there, and the name under which it files. Its tokens reach no other
// repository; they live an hour and are renewed by themselves.
func (a *appKey) installation(ctx context.Context, repo Repo) (http.RoundTripper, string, error) {
	in, _, err := a.gh.Apps.FindRepositoryInstallation(ctx, repo.Owner, repo.Name)
	if err != nil {
		return nil, "", fmt.Errorf("find the app's installation: %w", err)
	}
	if in.GetID() == 0 || in.GetAppSlug() == "" {
		return nil, "", errors.New("find the app's installation: the answer names none")
	}
	signer, err := a.sign()
	if err != nil {
		return nil, "", err
	}
	tr := ghinstallation.NewFromAppsTransport(signer, in.GetID())
	tr.InstallationTokenOptions = &gh.InstallationTokenOptions{Repositories: []string{repo.Name}}
	return tr, in.GetAppSlug() + "[bot]", nil
}
