package test

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
)

// all are the values that release something.
var all = []string{"minimal.yaml", "everything.yaml", "go-chart.yaml", "existing-configmap.yaml"}

func TestProbes_askTheServicesOwnEndpoints(t *testing.T) {
	for _, values := range all {
		container := renderWithDashboard(t, values).container(t)
		for name, probe := range map[string]struct {
			got  *corev1.Probe
			path string
		}{
			"startup":   {container.StartupProbe, "/healthz"},
			"liveness":  {container.LivenessProbe, "/healthz"},
			"readiness": {container.ReadinessProbe, "/readyz"},
		} {
			if probe.got == nil || probe.got.HTTPGet == nil {
				t.Errorf("%s: no %s probe", values, name)
				continue
			}
			if get := probe.got.HTTPGet; get.Path != probe.path || get.Port.StrVal != container.Ports[0].Name {
				t.Errorf("%s: %s asks %s at %s", values, name, get.Path, get.Port.StrVal)
			}
			if probe.got.PeriodSeconds == 0 || probe.got.FailureThreshold == 0 {
				t.Errorf("%s: %s is left to Kubernetes' own times: %+v", values, name, probe.got)
			}
		}
	}
}

func TestGracePeriod_isTheDrainLimitAndTwentyMore(t *testing.T) {
	for values, want := range map[string]int64{
		"minimal.yaml":            30 + 20,
		"everything.yaml":         76 + 20, // 75.5
		"existing-configmap.yaml": 90,      // as said
		"config: {processor: {drain_limit_seconds: 0}}":            20,
		"config: {processor: {poll_interval_seconds: 1}}":          30 + 20,
		"terminationGracePeriodSeconds: 5000000":                   5000000,
		"config: {processor: {drain_limit_seconds: 1000000}}":      1000020,
		`config: {processor: {drain_limit_seconds: "120"}}`:        140,
		"{terminationGracePeriodSeconds: 300, " + drainFromEnv[1:]: 300,
	} {
		got := renderWithDashboard(t, "minimal.yaml", values).deployment(t).Spec.Template.Spec.TerminationGracePeriodSeconds
		if got == nil || *got != want {
			t.Errorf("%s: got %v, want %d", values, deref(got), want)
		}
	}
	if _, err := tryRender(t, "minimal.yaml", drainFromEnv); err == nil || !strings.Contains(err.Error(), "say terminationGracePeriodSeconds") {
		t.Errorf("a limit that nobody knows: %v", err)
	}
}

const drainFromEnv = `{config: {processor: {drain_limit_seconds: "${DRAIN}"}}}`

func TestSecurity_isRestricted(t *testing.T) {
	for _, values := range all {
		r := renderWithDashboard(t, values)
		pod := r.deployment(t).Spec.Template.Spec
		if p := pod.SecurityContext; p == nil || !deref(p.RunAsNonRoot) || deref(p.RunAsUser) == 0 || p.SeccompProfile == nil ||
			p.SeccompProfile.Type != corev1.SeccompProfileTypeRuntimeDefault {
			t.Errorf("%s: pod %+v", values, p)
		}
		c := r.container(t).SecurityContext
		if c == nil || !deref(c.ReadOnlyRootFilesystem) || c.AllowPrivilegeEscalation == nil || *c.AllowPrivilegeEscalation ||
			c.Capabilities == nil || !reflect.DeepEqual(c.Capabilities.Drop, []corev1.Capability{"ALL"}) || len(c.Capabilities.Add) > 0 {
			t.Errorf("%s: container %+v", values, c)
		}
		if wantsToken := values == "everything.yaml"; deref(pod.AutomountServiceAccountToken) != wantsToken {
			t.Errorf("%s: token mounted: %v", values, deref(pod.AutomountServiceAccountToken))
		}
	}
}

func TestTmp_isAVolume(t *testing.T) {
	r := render(t, "minimal.yaml")
	mounted := slices.IndexFunc(r.container(t).VolumeMounts, func(m corev1.VolumeMount) bool { return m.MountPath == "/tmp" && !m.ReadOnly })
	if mounted < 0 {
		t.Fatal("nothing is mounted at /tmp, and the root file system is read-only")
	}
	name := r.container(t).VolumeMounts[mounted].Name
	for _, volume := range r.deployment(t).Spec.Template.Spec.Volumes {
		if volume.Name == name && volume.EmptyDir != nil && !volume.EmptyDir.SizeLimit.IsZero() {
			return
		}
	}
	t.Errorf("no volume %s with a limit", name)
}

func TestChecksums_changeWithWhatTheyAreOf(t *testing.T) {
	sums := func(values ...string) map[string]string {
		return render(t, append([]string{"minimal.yaml"}, values...)...).deployment(t).Spec.Template.Annotations
	}
	plain := sums()
	if plain["checksum/config"] == "" {
		t.Fatalf("annotations %v", plain)
	}
	if again := sums("replicaCount: 2"); again["checksum/config"] != plain["checksum/config"] {
		t.Error("workers are started anew though their configuration is the same")
	}
	if other := sums("config: {processor: {prefetch_segments: 5}}"); other["checksum/config"] == plain["checksum/config"] {
		t.Error("the configuration is another, its checksum is not")
	}
	one, two := sums("secret: {A: one}"), sums("secret: {A: two}")
	if one["checksum/secret"] == "" || one["checksum/secret"] == two["checksum/secret"] {
		t.Errorf("secrets: %v, %v", one, two)
	}
}

func TestEnvironment_comesFromSecretsAndValues(t *testing.T) {
	r := renderWithDashboard(t, "everything.yaml")
	var from []string
	for _, source := range r.container(t).EnvFrom {
		from = append(from, source.SecretRef.Name)
	}
	if want := []string{"orders-kafscale-processor", "more-secrets"}; !reflect.DeepEqual(from, want) {
		t.Errorf("from %v, want %v", from, want)
	}
	want := []corev1.EnvVar{{Name: "JDK_JAVA_OPTIONS", Value: "-Xmx2g"}, {Name: "AWS_REGION", Value: "us-east-1"}}
	if got := r.container(t).Env; !reflect.DeepEqual(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	secret := get[*corev1.Secret](t, r, "Secret/orders-kafscale-processor")
	if got := string(secret.Data["ETCD_PASSWORD"]); got != "swordfish-etcd" {
		t.Errorf("secret %q", got)
	}
}

func deref[T any](pointer *T) T {
	if pointer == nil {
		panic(fmt.Sprintf("no %T", pointer))
	}
	return *pointer
}
