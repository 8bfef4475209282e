package main

import (
	"encoding/json"
	"os"
	"reflect"
	"strings"

	corev1 "k8s.io/api/core/v1"
)

// fields prints the JSON names of a type as a tree: null for a value, {"*": ...} for a map.
func fields(t reflect.Type) any {
	for t.Kind() == reflect.Pointer || t.Kind() == reflect.Slice {
		t = t.Elem()
	}
	if t.Kind() != reflect.Struct || t.String() == "v1.Time" || t.String() == "intstr.IntOrString" || t.String() == "v1.FieldsV1" {
		return nil
	}
	tree := map[string]any{}
	for i := 0; i < t.NumField(); i++ {
		field := t.Field(i)
		name, options, _ := strings.Cut(field.Tag.Get("json"), ",")
		if strings.Contains(options, "inline") || (name == "" && field.Anonymous) {
			for key, value := range fields(field.Type).(map[string]any) {
				tree[key] = value
			}
		} else if name != "-" {
			tree[name] = fields(field.Type)
		}
	}
	return tree
}

func main() {
	if err := json.NewEncoder(os.Stdout).Encode(fields(reflect.TypeOf(corev1.Service{}))); err != nil {
		panic(err)
	}
}
