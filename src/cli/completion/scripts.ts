export type Shell = 'bash' | 'zsh';

// Both run `zonewise __complete`, as kubectl runs kubectl_complete-zonewise, and read the same directives: 2 no space after
// the word, 4 no files, 8 files with the given extensions.

const BASH = String.raw`# bash completion of zonewise
_zonewise() {
    local line=${'$'}{COMP_LINE:0:COMP_POINT} words cur reply directive word
    read -ra words <<<"$line"
    # A blank starts a new word. COMP_WORDS is not used, because it splits words at = and :.
    [[ $line == *[[:blank:]] ]] && words+=("")
    cur=${'$'}{words[${'$'}{#words[@]}-1]}
    reply=$("${'$'}{words[0]}" __complete "${'$'}{words[@]:1}" 2>/dev/null) || return
    directive=${'$'}{reply##*:}
    reply=${'$'}{reply%:*}
    [[ $cur == --*=* ]] && cur=${'$'}{cur#*=}
    COMPREPLY=()
    if ((directive & 8)); then
        compopt -o filenames 2>/dev/null
        while IFS= read -r word; do
            [[ -d $word || $word =~ \.(${'$'}(echo $reply | tr ' ' '|'))$ ]] && COMPREPLY+=("$word")
        done < <(compgen -f -- "$cur")
        return
    fi
    while IFS=$'\t' read -r word _; do
        [[ -n $word && $word == "$cur"* ]] && COMPREPLY+=("$word")
    done <<<"$reply"
    if ((directive & 2)); then compopt -o nospace 2>/dev/null; fi
    if ((!(directive & 4) && ${'$'}{#COMPREPLY[@]} == 0)); then
        compopt -o filenames 2>/dev/null
        while IFS= read -r word; do COMPREPLY+=("$word"); done < <(compgen -f -- "$cur")
    fi
    # Bash replaces only the part after the last word break.
    local done=${'$'}{cur%"${'$'}{cur##*[=:]}"}
    ((${'$'}{#COMPREPLY[@]})) && COMPREPLY=("${'$'}{COMPREPLY[@]#"$done"}")
}
complete -F _zonewise zonewise
`;

const ZSH = String.raw`#compdef zonewise
_zonewise() {
    local reply directive line
    local -a given choices options prefix
    given=("${'$'}{(@Q)words[2,CURRENT]}")
    reply=$("${'$'}{(Q)words[1]}" __complete "${'$'}{given[@]}" 2>/dev/null) || return 1
    directive=${'$'}{reply##*:}
    reply=${'$'}{reply%:*}
    if [[ $PREFIX == --*=* ]]; then compset -P '*='; fi
    if ((directive & 8)); then
        _files -g "*.(${'$'}{(j:|:)${'$'}{(f)reply}})(-.)"
        return
    fi
    for line in ${'$'}{(f)reply}; do
        line=${'$'}{line//:/\\:}
        choices+=("${'$'}{line/$'\t'/:}")
    done
    if ((directive & 2)); then options=(-S ''); fi
    if ((${'$'}{#choices})); then
        _describe zonewise choices $options
    elif ((!(directive & 4))); then
        _files
    fi
}
if [[ ${'$'}{funcstack[1]} == _zonewise ]]; then _zonewise "$@"; else compdef _zonewise zonewise; fi
`;

export const COMPLETION_SCRIPTS: Readonly<Record<Shell, string>> = { bash: BASH, zsh: ZSH };
