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
         nginx apache2 zgrep zless bzcat xzcat \
         findstr zstdcat zstdgrep bsdtar lzcat lzgrep zdiff zcmp bzless bzdiff bzgrep xzless xzgrep bunzip2 unxz unlzma lzma \
         zstd unzstd cpio mawk nawk aria2c axel fping hping3 nping arping mtr whois tshark ngrep iftop ncdu pidof \
         pstree fuser renice chattr lsattr setfacl getfacl setcap getcap groupadd groupdel gpasswd chpasswd chage \
         vipw vigr logname stty mktemp mkfifo mknod readlink realpath basename dirname nproc numfmt shuf tsort \
         unexpand sha1sum sha256sum sha512sum md5sum cksum b2sum basenc base58 uuencode uudecode objdump readelf \
         gcore tclsh luajit irb pypy jrunscript jjs ghci lldb valgrind rlwrap rlogin rexec sshpass autossh lftp ncftp \
         smbmap rpcinfo showmount nbtscan sqlmap nikto gobuster msfconsole msfvenom journalctl loginctl timedatectl \
         hostnamectl resolvectl networkctl machinectl dmidecode lspci lsusb lshw lsns nsenter runc podman buildah \
         skopeo nerdctl crictl opkg toybox mailx sendmail postqueue nsupdate wevtutil wbadmin diskpart bcdedit \
         reagentc takeown cacls fsutil makecab extrac32 esentutl certreq installutil mavinject msbuild msdt msxsl \
         odbcconf regasm regsvcs winrm winrs xwizard quser qwinsta rwinsta gpresult gpupdate nltest dsquery csvde \
         ldifde nbtstat pathping getmac driverquery tzutil powercfg \
         arj bpftrace byebug certbot choom clamscan cobc cowsay cupsfilter distcc dmsetup dvips easy_install elvish \
         enscript espeak exiftool facter gcloud genisoimage ginsh gtester iconv ispell jq ksshell ksu latexmk \
         ldconfig logsave lualatex luatex msgattrib msgcat msgconv msgfilter msgmerge msguniq multitime nasm neofetch \
         nft nroff openvpn openvt pandoc pdflatex perlbug pexec pidstat pkexec psftp rpmdb rpmquery rpmverify \
         rtorrent rview rvim scanmem scrot slsh softlimit tasksh tdbtool tmate torify torsocks troff unsquashfs \
         varnishncsa vimdiff virsh whiptail xdotool xelatex xetex xmodmap yash zathura ptx pg exim hexedit wish gimp",
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
