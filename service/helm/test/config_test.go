package test

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"helm.sh/helm/v3/pkg/chart"
	"sigs.k8s.io/yaml"
)

// The schema of the service's file, which its own build keeps true.
const serviceSchema = "../../kafscale-config/src/main/resources/io/kafscale/config/kafscale.schema.json"

var withConfig = []string{"minimal.yaml", "everything.yaml", "go-chart.yaml"}

func TestConfig_isTheTreeOfTheValues(t *testing.T) {
	for _, values := range withConfig {
		want := parse(t, string(read(t, filepath.Join("values", values))))["config"].(map[string]any)
		delete(want, "existingConfigMap")
		delete(want, "path")
		want["log"] = map[string]any{"format": "json"}
		if got := parse(t, renderWithDashboard(t, values).config(t)); !reflect.DeepEqual(got, want) {
			t.Errorf("%s: got %v, want %v", values, got, want)
		}
	}
}

func TestConfig_numbersAndNamesStayWhatTheyAre(t *testing.T) {
	config := renderWithDashboard(t, "everything.yaml").config(t)
	for _, line := range []string{"max_buffered_bytes: 268435456", "drain_limit_seconds: 75.5", `topic: "007"`, "password: ${ETCD_PASSWORD}"} {
		if !strings.Contains(config, line) {
			t.Errorf("no line %s in\n%s", line, config)
		}
	}
}

func TestConfig_holdsToTheServicesSchema(t *testing.T) {
	if _, err := os.Stat(serviceSchema); err != nil {
		t.Fatalf("the schema of the service's file is not there: %v", err)
	}
	schema, err := jsonschema.NewCompiler().Compile(serviceSchema)
	if err != nil {
		t.Fatal(err)
	}
	for _, values := range withConfig {
		text := renderWithDashboard(t, values).config(t)
		if err := schema.Validate(toJSON(t, text)); err != nil {
			t.Errorf("%s: %v\n%s", values, err, text)
		}
		if err := schema.Validate(toJSON(t, text+"\nmapings: []\n")); err == nil {
			t.Errorf("%s: the schema takes anything", values)
		}
	}
}

// TestConfig_isUnderstoodByTheService needs the built command: KAFSCALE=…/bin/kafscale.
func TestConfig_isUnderstoodByTheService(t *testing.T) {
	command := os.Getenv("KAFSCALE")
	if command == "" {
		t.Skip("not run: set KAFSCALE to bin/kafscale, built by make cli")
	}
	for _, values := range withConfig {
		file := filepath.Join(t.TempDir(), "config.yaml")
		// Nothing that the file names is there: what counts is that each is tried, not that it is reached.
		text := unreachable.Replace(renderWithDashboard(t, values).config(t))
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		check := func() (string, string) {
			run := exec.Command(command, "run", "--config", file, "--check")
			run.Env = append(os.Environ(), "ETCD_USERNAME=u", "ETCD_PASSWORD=p", "JDBC_PASSWORD=p", "ORDERS_AUTHORIZATION=a",
				"AWS_ACCESS_KEY_ID=k", "AWS_SECRET_ACCESS_KEY=s")
			var out, errors bytes.Buffer
			run.Stdout, run.Stderr = &out, &errors
			_ = run.Run()
			return out.String(), errors.String()
		}
		if out, errors := check(); out == "" || strings.Contains(errors, "config.yaml:") {
			t.Errorf("%s: not understood: %s%s", values, out, errors)
		}
	}
}

// unreachable turns what the files name into ports of this machine at which nobody listens.
var unreachable = strings.NewReplacer(
	"http://etcd.kafscale.svc.cluster.local:2379", "http://127.0.0.1:1",
	"http://etcd:2379", "http://127.0.0.1:1",
	"jdbc:postgresql://db.example.com/kafscale", "jdbc:postgresql://127.0.0.1:1/kafscale",
	"https://orders.example.com", "http://127.0.0.1:1",
	"namespace: production", "namespace: production\n  endpoint: http://127.0.0.1:1\n  path_style: true")

func TestSecrets_areInNoConfigMap(t *testing.T) {
	r := renderWithDashboard(t, "everything.yaml")
	for key, text := range r.texts {
		if strings.Contains(text, "swordfish") {
			t.Errorf("%s has a secret in clear", key)
		}
	}
	if strings.Contains(r.notes, "swordfish") {
		t.Error("the notes have a secret in clear")
	}
}

func TestSecretsInTheConfig_areRefused(t *testing.T) {
	for values, place := range map[string]string{
		"config: {etcd: {password: swordfish}}":                                      "config.etcd.password",
		"config: {jdbc: {password: swordfish}}":                                      "config.jdbc.password",
		"config: {sinks: {http: {authorization: Bearer swordfish}}}":                 "config.sinks.http.authorization",
		"config: {mappings: [{topic: a, sink: a.b, options: {api_key: swordfish}}]}": "config.mappings[0].options.api_key",
	} {
		_, err := tryRender(t, "minimal.yaml", values)
		if err == nil || !strings.Contains(err.Error(), place+" would stand in a ConfigMap") {
			t.Errorf("%s: got %v", values, err)
			continue
		}
		if strings.Contains(err.Error(), "swordfish") {
			t.Errorf("the error tells the secret: %v", err)
		}
	}
	for _, values := range []string{`config: {etcd: {password: ""}}`, "config: {etcd: {password: '${P:-}'}}", "config: {sinks: {http: {tokens: 3}}}"} {
		render(t, "minimal.yaml", values)
	}
}

func parse(t *testing.T, text string) map[string]any {
	t.Helper()
	parsed := map[string]any{}
	if err := yaml.UnmarshalStrict([]byte(text), &parsed); err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	return parsed
}

func toJSON(t *testing.T, text string) any {
	t.Helper()
	encoded, err := json.Marshal(parse(t, text))
	if err != nil {
		t.Fatal(err)
	}
	value, err := jsonschema.UnmarshalJSON(bytes.NewReader(encoded))
	if err != nil {
		t.Fatal(err)
	}
	return value
}

// dashboardContent is the chart's dashboard, or where it has none yet, something with what templates are written in.
func dashboardContent(t *testing.T) []byte {
	t.Helper()
	for _, file := range loadChart(t).Files {
		if file.Name == dashboardFile {
			return file.Data
		}
	}
	return []byte("{\n  \"title\": \"{{topic}}\"\n}")
}

func renderWithDashboard(t *testing.T, values ...string) rendered {
	t.Helper()
	c := loadChart(t)
	content := dashboardContent(t)
	for _, file := range c.Files {
		if file.Name == dashboardFile {
			content = nil
		}
	}
	if content != nil {
		c.Files = append(c.Files, &chart.File{Name: dashboardFile, Data: content})
	}
	r, err := renderChart(t, c, values...)
	if err != nil {
		t.Fatal(err)
	}
	return r
}
