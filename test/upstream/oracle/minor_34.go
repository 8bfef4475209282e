//go:build k34

package main

const kubernetesVersion = "1.34"
