//! Commands of shells, and functions of languages that run them.

use super::List;
use crate::scan::lexicon::tag::*;

pub(super) const WORDS: List = &[
    (
        COMMAND,
        "ls cat wget curl nc ncat netcat bash sh zsh ksh csh tcsh dash ash whoami uname ifconfig ipconfig netstat \
         nslookup traceroute tracert ping ping6 chmod chown chgrp rm rmdir mkdir touch tail grep egrep fgrep awk gawk \
         sed perl python python2 python3 ruby php lua node nodejs java gcc telnet ssh scp sftp ftp tftp rsync tar \
         gzip gunzip bzip2 xz unzip zcat base64 base32 xxd hexdump strings tee xargs nohup setsid strace ltrace gdb \
         su sudo passwd useradd usermod adduser userdel crontab systemctl iptables mount umount lsof ps pgrep pkill \
         killall htop dmesg arp dig ifup ip env printenv export eval pwd cd cp mv ln dd df du fdisk mkfs lsb_release \
         hostname powershell pwsh cmd certutil bitsadmin wscript cscript rundll32 regsvr32 mshta wmic schtasks \
         tasklist taskkill icacls reg netsh phpinfo busybox socat vi vim nano emacs docker kubectl psql mysql sqlite3 \
         mongo redis-cli openssl sysctl lscpu lsmod insmod chroot reboot poweroff init nmap tcpdump aptitude dpkg rpm \
         yum dnf pip pip3 npm pipx visudo chsh getent finger ll tac od nl rev hd vdir dir systeminfo csvtool zsoelim \
         csplit ansible chef-client iex iwr irm attrib shutdown msiexec cipher ldapsearch ntdsutil vssadmin agetty \
         ifdown smbclient rpcclient xterm tmux screen gosu capsh dosbox bcdboot cscli lsblk blkid modprobe sshd httpd \
         nginx apache2 zgrep zless bzcat xzcat",
    ),
    (
        COMMON_COMMAND,
        "id who w echo date time find more less head top sort cut file test make kill split join watch look mail type \
         set net start copy move del erase format at host last users groups wall write sleep expand fold print printf \
         route service source exec read diff comm paste uniq wc tr ed ex as ar size strip link unlink install locate \
         which whereis history logout exit true false yes seq stat sync tty uptime free go git svn cpan gem screen \
         script batch jobs bg fg alias command builtin declare local let trap wait umask ulimit call if for while \
         case until do function cls ver vol tree title pause path md rd ren assoc ftype runas use chef perf crash \
         rake snap apt view shred nice timeout flock pushd popd",
    ),
    (
        RUNNER,
        "nohup sudo exec env xargs strace ltrace timeout setsid nice ionice stdbuf busybox time flock cpulimit chroot \
         watch eval command builtin unshare taskset setarch chrt doas gosu script find",
    ),
    (
        EXECUTE,
        "system exec shell_exec passthru popen proc_open pcntl_exec eval assert phpinfo popen2 popen3 spawn spawnsync \
         execsync execfile fsockopen file_get_contents file_put_contents call_user_func create_function preg_replace \
         expect winexec shellexecute getruntime processbuilder child_process subprocess check_output",
    ),
];
