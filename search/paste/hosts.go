package paste

import "strings"

// words makes a set of a list of words.
func words(list string) map[string]bool {
	set := map[string]bool{}
	for _, w := range strings.Fields(list) {
		set[w] = true
	}
	return set
}

// publicDomains are known to everybody: their hosts stay in the text, with
// all hosts below them.
var publicDomains = words(`
	github.com githubusercontent.com ghcr.io gitlab.com bitbucket.org docker.io docker.com quay.io gcr.io
	registry.k8s.io k8s.io kubernetes.io helm.sh artifacthub.io milvus.io zilliz.com zilliz.com.cn
	pypi.org pythonhosted.org python.org npmjs.com npmjs.org nodejs.org golang.org go.dev pkg.go.dev uber.org
	gopkg.in rust-lang.org crates.io maven.org apache.org huggingface.co hf.co openai.com anthropic.com
	cohere.ai cohere.com jina.ai voyageai.com deepseek.com mistral.ai siliconflow.cn ollama.com langchain.com
	llamaindex.ai pytorch.org tensorflow.org nvidia.com intel.com amd.com arm.com google.com googleapis.com
	gstatic.com youtube.com microsoft.com visualstudio.com cloudflare.com ubuntu.com debian.org alpinelinux.org
	centos.org redhat.com fedoraproject.org min.io etcd.io grpc.io prometheus.io grafana.com grafana.net
	elastic.co opentelemetry.io jaegertracing.io opencontainers.org cncf.io w3.org json-schema.org xml.org
	ietf.org stackoverflow.com stackexchange.com wikipedia.org medium.com reddit.com discord.com discord.gg
	discordapp.com slack.com feishu.cn dingtalk.com qq.com weixin.qq.com baidu.com zhihu.com csdn.net juejin.cn
	aliyun.com tencent.com bitnami.com nginx.org sqlite.org postgresql.org mysql.com mongodb.org redis.io
	eclipse.org java.com oracle.com spring.io jetbrains.com anaconda.org anaconda.com conda.io readthedocs.io
	readthedocs.org streampipe.io twitter.com x.com linkedin.com letsencrypt.org schema.org mozilla.org
	conan.io jfrog.io github.io githubassets.com jetstack.io cert-manager.io terraform.io ansible.com hashicorp.com
	arxiv.org acm.org openssl.org shields.io hf-mirror.com docker-cn.com amazon.com alibabacloud.com sbert.net
	nomic.ai vllm.ai dify.ai fireworks.ai lepton.ai meta.com nats.io scipy.org numpy.org docker.internal sourceforge.net kernel.org gnu.org freedesktop.org`)

// publicHosts stay as they are, their subdomains do not.
var publicHosts = words(`example.com example.org example.net amazonaws.com zillizcloud.com aliyuncs.com
	storage.googleapis.com core.windows.net azure.com`)

// cloudDomains are providers whose host names hold a customer's name or id in
// the first label. That label is replaced, the rest tells region and service.
var cloudDomains = words(`zillizcloud.com zilliz.cc amazonaws.com amazonaws.com.cn windows.net azure.com azurewebsites.net
	aliyuncs.com myqcloud.com tencentcos.cn myhuaweicloud.com volces.com digitaloceanspaces.com
	r2.cloudflarestorage.com backblazeb2.com linodeobjects.com ondigitalocean.app run.app herokuapp.com`)

// cloudServices are first labels that name a service and no customer.
var cloudServices = []string{"s3", "sts", "ec2", "iam", "ecr", "eks", "oss", "cos", "obs", "blob", "login", "portal", "management", "controller", "api", "cloud", "docs"}

// internalTLDs are used in private networks only.
var internalTLDs = words(`internal corp lan local intra intranet private home localdomain`)

// commonTLDs are the top-level domains that tell host:80 from file.go:80 or
// key.name:80.
var commonTLDs = words(`internal corp lan local intra intranet private home localdomain example test invalid
	com net org io cn ai dev app cloud tech info biz edu gov mil int eu us uk de fr nl be ch at it es pt se no
	fi dk pl cz sk hu ro bg gr tr ru ua by kz il ae sa in pk bd lk th vn my sg id ph tw hk jp kr au nz za ng ke
	eg br ar cl mx co ca ie lu xyz site online store shop host systems services network digital company team`)

// fileEndings tell image@2x.png from an e-mail address.
var fileEndings = words(`png jpg jpeg gif svg webp js ts css go py java rs md json yaml yml txt log gz zip tgz tar whl`)
