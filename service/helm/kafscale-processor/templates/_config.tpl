{{/* The service's file: all of .Values.config but the chart's own two keys. */}}
{{- define "kafscale-processor.config" -}}
{{- $config := omit .Values.config "existingConfigMap" "path" }}
{{- if not (get $config "mappings") }}
{{- fail "config.mappings is empty: say which topic goes to which sink, or name a ConfigMap that does in config.existingConfigMap" }}
{{- end }}
{{- include "kafscale-processor.refuseSecrets" (dict "tree" $config "place" "config") }}
{{- toYaml $config }}
{{- end }}

{{/* A ConfigMap is read by more people than a Secret: it may only name what is secret. */}}
{{- define "kafscale-processor.refuseSecrets" -}}
{{- $place := .place }}
{{- if kindIs "map" .tree }}
{{- range $key, $value := .tree }}
{{- $at := printf "%s.%s" $place $key }}
{{- if and (kindIs "string" $value) (regexMatch "(?i)(password|passwd|secret|token|authorization|access_key|api_key)$" $key) (ne $value "") (not (contains "${" $value)) }}
{{- fail (printf "%s would stand in a ConfigMap: put it into a Secret, as secret.NAME or with envFromSecret, and write ${NAME} here" $at) }}
{{- end }}
{{- include "kafscale-processor.refuseSecrets" (dict "tree" $value "place" $at) }}
{{- end }}
{{- else if kindIs "slice" .tree }}
{{- range $index, $value := .tree }}
{{- include "kafscale-processor.refuseSecrets" (dict "tree" $value "place" (printf "%s[%d]" $place $index)) }}
{{- end }}
{{- end }}
{{- end }}

{{- define "kafscale-processor.port" -}}
{{- dig "http" "port" 9093 .Values.config | int }}
{{- end }}

{{/* What the service waits for writes (30 s unless the file says otherwise), 10 s for sinks to close, and a margin. */}}
{{- define "kafscale-processor.gracePeriod" -}}
{{- if not (kindIs "invalid" .Values.terminationGracePeriodSeconds) }}
{{- int64 .Values.terminationGracePeriodSeconds }}
{{- else }}
{{- $limit := dig "processor" "drain_limit_seconds" 30 .Values.config }}
{{- if and (kindIs "string" $limit) (not (regexMatch "^[0-9]+(\\.[0-9]+)?$" $limit)) }}
{{- fail "config.processor.drain_limit_seconds is not a plain number: say terminationGracePeriodSeconds, 20 seconds more than it can become" }}
{{- end }}
{{- add (ceil (float64 $limit)) 20 }}
{{- end }}
{{- end }}
