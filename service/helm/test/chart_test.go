// Package test renders the chart as helm does and looks at what Kubernetes would get: go test -count=1 ./...
package test

import (
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"helm.sh/helm/v3/pkg/chart"
	"helm.sh/helm/v3/pkg/lint"
	"helm.sh/helm/v3/pkg/lint/support"
	autoscalingv2 "k8s.io/api/autoscaling/v2"
	corev1 "k8s.io/api/core/v1"
	policyv1 "k8s.io/api/policy/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
)

func TestMinimal_hasWhatAReleaseNeeds_andNothingElse(t *testing.T) {
	got := render(t, "minimal.yaml").keys()
	slices.Sort(got)
	want := []string{
		"ConfigMap/orders-kafscale-processor-config",
		"Deployment/orders-kafscale-processor",
		"PodDisruptionBudget/orders-kafscale-processor",
		"Service/orders-kafscale-processor",
		"ServiceAccount/orders-kafscale-processor",
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

func TestEverything_hasAllKinds(t *testing.T) {
	r := renderWithDashboard(t, "everything.yaml")
	if len(r.objects) != 11 {
		t.Errorf("got %v", r.keys())
	}
	hpa := get[*autoscalingv2.HorizontalPodAutoscaler](t, r, "HorizontalPodAutoscaler/orders-kafscale-processor")
	if hpa.Spec.ScaleTargetRef.Name != "orders-kafscale-processor" || len(hpa.Spec.Metrics) != 2 || hpa.Spec.MaxReplicas != 12 {
		t.Errorf("autoscaler: %+v", hpa.Spec)
	}
	if replicas := r.deployment(t).Spec.Replicas; replicas != nil {
		t.Errorf("the autoscaler's number of replicas is overwritten with %d", *replicas)
	}
	pdb := get[*policyv1.PodDisruptionBudget](t, r, "PodDisruptionBudget/orders-kafscale-processor")
	if pdb.Spec.MinAvailable == nil || pdb.Spec.MinAvailable.IntValue() != 0 || pdb.Spec.MaxUnavailable != nil {
		t.Errorf("a minimum of 0 is not taken: %+v", pdb.Spec)
	}
	binding := get[*rbacv1.RoleBinding](t, r, "RoleBinding/orders-kafscale-processor")
	account := get[*corev1.ServiceAccount](t, r, "ServiceAccount/orders")
	if binding.Subjects[0].Name != account.Name || binding.Subjects[0].Namespace != "data" {
		t.Errorf("bound to %+v", binding.Subjects)
	}
	if image := r.container(t).Image; !strings.HasPrefix(image, "registry.example.com/kafscale-processor@sha256:") {
		t.Errorf("image %s", image)
	}
}

func TestServiceMonitor_findsTheServiceAndItsPort(t *testing.T) {
	r := renderWithDashboard(t, "everything.yaml")
	monitor := get[*unstructured.Unstructured](t, r, "ServiceMonitor/orders-kafscale-processor")
	service := get[*corev1.Service](t, r, "Service/orders-kafscale-processor")
	selector, _, _ := unstructured.NestedStringMap(monitor.Object, "spec", "selector", "matchLabels")
	if len(selector) == 0 {
		t.Fatal("selects everything")
	}
	for key, value := range selector {
		if service.Labels[key] != value {
			t.Errorf("looks for %s=%s, the service has %v", key, value, service.Labels)
		}
	}
	endpoints, _, _ := unstructured.NestedSlice(monitor.Object, "spec", "endpoints")
	want := map[string]any{"port": service.Spec.Ports[0].Name, "path": "/metrics", "interval": "30s", "scrapeTimeout": "10s"}
	if len(endpoints) != 1 || !reflect.DeepEqual(endpoints[0], want) {
		t.Errorf("endpoints %v, want %v", endpoints, want)
	}
	if service.Spec.Ports[0].Port != 9100 || r.container(t).Ports[0].ContainerPort != 9100 {
		t.Errorf("not the configuration's port: %v, %v", service.Spec.Ports, r.container(t).Ports)
	}
	for key, value := range service.Spec.Selector {
		if r.deployment(t).Spec.Template.Labels[key] != value {
			t.Errorf("the service looks for %s=%s, which pods do not have", key, value)
		}
	}
}

func TestGoChart_valuesStillHold(t *testing.T) {
	r := render(t, "go-chart.yaml")
	container := r.container(t)
	if container.Image != "registry.example.com/go-processor:1.4" || container.ImagePullPolicy != corev1.PullAlways {
		t.Errorf("image %s, %s", container.Image, container.ImagePullPolicy)
	}
	if config := r.config(t); strings.Contains(config, "existingConfigMap") || strings.Contains(config, "path:") {
		t.Errorf("the chart's own keys are in the service's file:\n%s", config)
	}
	if !strings.Contains(r.notes, "shares leases and offsets with the Go processors") {
		t.Errorf("does not say whose offsets these are:\n%s", r.notes)
	}
}

func TestExistingConfigMap_isMountedWhereTheServiceLooks(t *testing.T) {
	r := render(t, "existing-configmap.yaml")
	for key := range r.objects {
		if strings.HasPrefix(key, "ConfigMap/") {
			t.Errorf("made %s", key)
		}
	}
	if args := r.container(t).Args; !reflect.DeepEqual(args, []string{"run", "--config", "/etc/orders/kafscale.yaml"}) {
		t.Errorf("args %v", args)
	}
	if mount := r.container(t).VolumeMounts[0]; mount.MountPath != "/etc/orders" {
		t.Errorf("mounted at %s", mount.MountPath)
	}
	if name := r.deployment(t).Spec.Template.Spec.Volumes[0].ConfigMap.Name; name != "orders-config" {
		t.Errorf("mounts %s", name)
	}
	if !strings.Contains(r.notes, "When orders-config changes") {
		t.Errorf("does not say that changes are not seen:\n%s", r.notes)
	}
}

func TestWithoutMappings_isRefused(t *testing.T) {
	_, err := tryRender(t)
	if err == nil || !strings.Contains(err.Error(), "config.mappings is empty: say which topic goes to which sink") {
		t.Errorf("got %v", err)
	}
}

func TestUnknownOrWrongValue_isRefused(t *testing.T) {
	for values, want := range map[string]string{
		"replicas: 3":                          "replicas",
		"replicaCount: three":                  "/replicaCount",
		"podDisruptionBudget: {enable: true}":  "enable",
		"config: {http: {port: 0}}":            "/config/http/port",
		"config: {mappings: [{sink: a.b}]}":    "/config/mappings/0",
		"terminationGracePeriodSeconds: '60s'": "/terminationGracePeriodSeconds",
		"secret: {ETCD-PASSWORD: x}":           "ETCD-PASSWORD",
		"image: {digest: latest}":              "/image/digest",
	} {
		if _, err := tryRender(t, "minimal.yaml", values); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got %v", values, err)
		}
	}
}

func TestDashboard_comesUnchanged_orIsSaidToBeMissing(t *testing.T) {
	r := renderWithDashboard(t, "minimal.yaml", "grafanaDashboard: {enabled: true}")
	dashboard := get[*corev1.ConfigMap](t, r, "ConfigMap/orders-kafscale-processor-dashboard")
	if dashboard.Labels["grafana_dashboard"] != "1" {
		t.Errorf("labels %v", dashboard.Labels)
	}
	if got := dashboard.Data["kafscale-processor.json"]; strings.TrimSpace(got) != strings.TrimSpace(string(dashboardContent(t))) {
		t.Errorf("not the file: %.200s", got)
	}
	c := loadChart(t)
	c.Files = slices.DeleteFunc(c.Files, func(f *chart.File) bool { return f.Name == dashboardFile })
	_, err := renderChart(t, c, "minimal.yaml", "grafanaDashboard: {enabled: true}")
	if err == nil || !strings.Contains(err.Error(), "packaged without its grafana-dashboard.json") {
		t.Errorf("got %v", err)
	}
}

func TestHelmLint_findsNothing(t *testing.T) {
	for _, values := range []string{"minimal.yaml", "go-chart.yaml", "existing-configmap.yaml"} {
		parsed := parse(t, string(read(t, filepath.Join("values", values))))
		for _, message := range lint.AllWithKubeVersion(chartDirectory, parsed, "data", nil).Messages {
			if message.Severity > support.InfoSev {
				t.Errorf("%s: %s", values, message)
			}
		}
	}
}

func TestReadme_namesEveryValue(t *testing.T) {
	readme := string(read(t, filepath.Join(chartDirectory, "README.md")))
	values := parse(t, string(read(t, filepath.Join(chartDirectory, "values.yaml"))))
	for key, value := range values {
		names := []string{key}
		if table, ok := value.(map[string]any); ok && strings.Contains(readme, "`"+key+".") {
			names = nil
			for inner := range table {
				names = append(names, key+"."+inner)
			}
		}
		for _, name := range names {
			_, inner, _ := strings.Cut(name, ".")
			if !strings.Contains(readme, "`"+name+"`") && (inner == "" || !strings.Contains(readme, "`."+inner+"`")) && name != "config.log" {
				t.Errorf("README.md does not say what %s is for", name)
			}
		}
	}
}
