package test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"helm.sh/helm/v3/pkg/chart"
	"helm.sh/helm/v3/pkg/chart/loader"
	"helm.sh/helm/v3/pkg/chartutil"
	"helm.sh/helm/v3/pkg/engine"
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/serializer"
	"k8s.io/client-go/kubernetes/scheme"
	"sigs.k8s.io/yaml"
)

const (
	chartDirectory = "../kafscale-processor"
	dashboardFile  = "grafana-dashboard.json"
)

// strict refuses fields that Kubernetes does not know, and fields that stand there twice.
var strict = serializer.NewCodecFactory(scheme.Scheme, serializer.EnableStrict).UniversalDeserializer()

// rendered is what a release would send to Kubernetes, each document decoded as its kind.
type rendered struct {
	objects map[string]runtime.Object // by "Kind/name"
	texts   map[string]string
	notes   string
}

// render renders the chart as helm does, checks values against the chart's schema and documents against Kubernetes' types.
func render(t *testing.T, values ...string) rendered {
	t.Helper()
	r, err := tryRender(t, values...)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func loadChart(t *testing.T) *chart.Chart {
	t.Helper()
	c, err := loader.Load(chartDirectory)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// tryRender takes names of files in values/, or YAML itself; later ones come before earlier ones.
func tryRender(t *testing.T, values ...string) (rendered, error) {
	t.Helper()
	return renderChart(t, loadChart(t), values...)
}

func renderChart(t *testing.T, c *chart.Chart, values ...string) (rendered, error) {
	t.Helper()
	merged := map[string]any{}
	for _, v := range values {
		text := []byte(v)
		if strings.HasSuffix(v, ".yaml") {
			text = read(t, filepath.Join("values", v))
		}
		parsed := map[string]any{}
		if err := yaml.UnmarshalStrict(text, &parsed); err != nil {
			t.Fatalf("%s: %v", v, err)
		}
		merged = chartutil.CoalesceTables(parsed, merged)
	}
	release := chartutil.ReleaseOptions{Name: "orders", Namespace: "data", IsInstall: true}
	input, err := chartutil.ToRenderValues(c, merged, release, chartutil.DefaultCapabilities)
	if err != nil {
		return rendered{}, err
	}
	files, err := engine.Engine{Strict: true}.Render(c, input)
	if err != nil {
		return rendered{}, err
	}
	r := rendered{objects: map[string]runtime.Object{}, texts: map[string]string{}}
	for name, text := range files {
		if strings.HasSuffix(name, "NOTES.txt") {
			r.notes = text
			continue
		}
		for _, document := range strings.Split(text, "\n---\n") {
			r.add(t, name, document)
		}
	}
	return r, nil
}

func (r rendered) add(t *testing.T, file, document string) {
	t.Helper()
	untyped := map[string]any{}
	if err := yaml.UnmarshalStrict([]byte(document), &untyped); err != nil {
		t.Fatalf("%s: %v\n%s", file, err, document)
	}
	if len(untyped) == 0 {
		return
	}
	u := unstructured.Unstructured{Object: untyped}
	key := u.GetKind() + "/" + u.GetName()
	if _, twice := r.objects[key]; twice {
		t.Errorf("%s: %s is there twice", file, key)
	}
	r.texts[key] = document
	if u.GroupVersionKind().Group == "monitoring.coreos.com" {
		// The operator's types are not Kubernetes' own; what is in it is asserted key by key.
		r.objects[key] = &u
		return
	}
	object, _, err := strict.Decode([]byte(document), nil, nil)
	if err != nil {
		t.Errorf("%s: %s: %v\n%s", file, key, err, document)
	}
	r.objects[key] = object
}

// get returns the object of that kind and name, and fails the test when it is not there or of another type.
func get[T runtime.Object](t *testing.T, r rendered, key string) T {
	t.Helper()
	object, ok := r.objects[key].(T)
	if !ok {
		t.Fatalf("no %s among %v", key, r.keys())
	}
	return object
}

func (r rendered) keys() []string {
	var keys []string
	for key := range r.objects {
		keys = append(keys, key)
	}
	return keys
}

func (r rendered) deployment(t *testing.T) *appsv1.Deployment {
	t.Helper()
	return get[*appsv1.Deployment](t, r, "Deployment/orders-kafscale-processor")
}

func (r rendered) container(t *testing.T) corev1.Container {
	t.Helper()
	return r.deployment(t).Spec.Template.Spec.Containers[0]
}

// config returns the configuration file of the service.
func (r rendered) config(t *testing.T) string {
	t.Helper()
	return get[*corev1.ConfigMap](t, r, "ConfigMap/orders-kafscale-processor-config").Data["config.yaml"]
}

func read(t *testing.T, path string) []byte {
	t.Helper()
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return content
}
