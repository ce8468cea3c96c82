/**
 * What a shell runs to complete `dnsacl`. Each script only asks the program itself, with the words before the cursor
 * and the one at it, and takes its answer: a line for each word, its description behind a tab, or the one line
 * `:files`. So a script need not be renewed with the program.
 */

export const SHELLS = ['bash', 'zsh', 'fish', 'powershell'] as const;
export type Shell = (typeof SHELLS)[number];

/** Instead of words: file names, which the shell knows better. */
export const FILES_LINE = ':files';

/** In bash an empty answer leaves it to the shell, which completes file names. Works with the bash 3.2 of macOS. */
const BASH = `# bash: put this line into ~/.bashrc:  source <(dnsacl completion bash)
_dnsacl() {
  local current="\${COMP_WORDS[COMP_CWORD]}" line
  local -a before=("\${COMP_WORDS[@]:1:COMP_CWORD-1}")
  COMPREPLY=()
  while IFS= read -r line; do
    [[ $line == ':files' ]] && return
    COMPREPLY+=("\${line%%$'\\t'*}")
  done < <(dnsacl completion "--complete=$current" -- "\${before[@]}" 2>/dev/null)
}
complete -o bashdefault -o default -F _dnsacl dnsacl
`;

const ZSH = `#compdef dnsacl
# zsh: put this line into ~/.zshrc, after compinit:  source <(dnsacl completion zsh)
_dnsacl() {
  local line
  local -a lines values shown
  lines=("\${(@f)$(dnsacl completion "--complete=\${words[CURRENT]}" -- "\${(@)words[2,CURRENT-1]}" 2>/dev/null)}")
  if [[ $lines[1] == ':files' ]]; then
    _files
    return
  fi
  for line in $lines; do
    values+=("\${line%%$'\\t'*}")
    shown+=("\${line/$'\\t'/  -- }")
  done
  compadd -l -d shown -a values
}
if [[ $funcstack[1] == _dnsacl ]]; then
  _dnsacl "$@"
else
  compdef _dnsacl dnsacl
fi
`;

const FISH = `# fish: put this line into ~/.config/fish/config.fish:  dnsacl completion fish | source
function __dnsacl_complete
    set -l before (commandline -opc)
    set -e before[1]
    set -l current (commandline -ct)
    set -l lines (dnsacl completion "--complete=$current" -- $before 2>/dev/null)
    if test "$lines[1]" = ':files'
        __fish_complete_path "$current"
    else if test (count $lines) -gt 0
        printf '%s\\n' $lines
    end
end
complete -c dnsacl -f -k -a '(__dnsacl_complete)'
`;

/** An empty answer leaves it to PowerShell, which completes file names. */
const POWERSHELL = `# PowerShell: put this line into $PROFILE:  dnsacl completion powershell | Out-String | Invoke-Expression
Register-ArgumentCompleter -Native -CommandName dnsacl -ScriptBlock {
  param($wordToComplete, $commandAst, $cursorPosition)
  $before = @($commandAst.CommandElements | Select-Object -Skip 1 |
    Where-Object { $_.Extent.EndOffset -lt $cursorPosition } | ForEach-Object { $_.ToString() })
  & dnsacl completion "--complete=$wordToComplete" '--' @before 2>$null | Where-Object { $_ -ne ':files' } | ForEach-Object {
    $word, $description = $_ -split [char]9, 2
    if (-not $description) { $description = $word }
    [System.Management.Automation.CompletionResult]::new($word, $word, 'ParameterValue', $description)
  }
}
`;

export const COMPLETION_SCRIPTS: Readonly<Record<Shell, string>> = {
  bash: BASH,
  zsh: ZSH,
  fish: FISH,
  powershell: POWERSHELL,
};
